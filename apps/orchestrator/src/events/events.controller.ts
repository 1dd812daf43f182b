import { type BeforeApplicationShutdown, Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ValidationError } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { parseQuery } from '../api/http/query';
import { Roles } from '../auth/access.decorator';
import { type SignedInRequest } from '../auth/principal';
import { Describe } from '../openapi/describe.decorator';
import { type OrchestratorConfig } from '../config';
import { progressReader } from '../progress/progress-view';
import { CONFIG, LOGGER } from '../tokens';
import { EventFeed } from './event-feed';
import { isPattern } from './event-filter';
import { EventStream } from './event-stream';

const eventsQuery = z.strictObject({
  types: z
    .string()
    .max(2000)
    .refine((list) => list.split(',').every(isPattern), 'is a list like task.completed,workflow.step.*,agent.#')
    .optional(),
  taskId: z.uuid().optional(),
  workflowId: z.uuid().optional(),
  lastEventId: z.coerce.number().int().nonnegative().optional(),
});

/** The connection ends with the stream: a shutdown would wait for one that is kept alive. */
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'close',
};

@Controller('api/events')
@Roles('viewer')
export class EventsController implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();

  constructor(
    private readonly feed: EventFeed,
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: OrchestratorConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Describe({
    summary: 'Follow what happens, as server-sent events',
    tag: 'events',
    description:
      'Every transition of tasks, workflows, their steps, and agents. `id` is a sequence number; coming back with it as ' +
      'Last-Event-ID (or ?lastEventId=) goes on without a gap, at any orchestrator. `workflow.progress` has no id: the ' +
      'newest is what counts. `types` are types or patterns: * is one word, # at the end any number',
    query: eventsQuery,
    headers: { 'Last-Event-ID': 'Go on after this event.' },
    ok: { 200: { content: ['text/event-stream'], description: 'A stream that stays open.' } },
    errors: [400],
  })
  @Get()
  async follow(@Query() query: unknown, @Req() request: SignedInRequest, @Res() reply: FastifyReply): Promise<void> {
    const { types, lastEventId, ...filter } = parseQuery(eventsQuery, query);
    const start = startOf(request.headers['last-event-id'], lastEventId) ?? (await this.feed.end());
    reply.hijack();
    reply.raw.writeHead(200, { ...reply.getHeaders(), ...streamHeaders } as Record<string, string>);
    const progress = { read: progressReader(this.database), intervalMs: this.config.PROGRESS_INTERVAL_MS };
    const stream = new EventStream(this.feed, reply.raw, { ...filter, types: types?.split(',') }, { start, progress });
    this.streams.add(stream);
    try {
      await stream.serve();
    } catch (error) {
      this.logger.warn({ event: 'events.failed', requestId: request.id, err: error }, 'an event stream ended');
      stream.end('failed', 'The events cannot be read now: come back with Last-Event-ID.');
    } finally {
      this.streams.delete(stream);
    }
  }

  beforeApplicationShutdown(): Promise<void> {
    for (const stream of this.streams) stream.end('shutdown', 'This orchestrator stops: come back with Last-Event-ID.');
    return this.feed.stopped();
  }
}

function startOf(header: string | string[] | undefined, query: number | undefined): number | undefined {
  if (header === undefined || header === '') return query;
  const number = Number(header);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new ValidationError([{ path: 'Last-Event-ID', message: 'is none that this stream gave: leave it out' }]);
}
