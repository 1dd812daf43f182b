import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type HistoryEntry, taskCancelSchema, type TaskReferences, taskStates } from '@baton/contracts';
import { Database, listTaskRows, readHistory, toTaskJson } from '@baton/persistence';
import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { TaskControl } from '../../intake/task-control';
import { Why, type WhyDocument } from '../../intake/why';
import { Describe } from '../../openapi/describe.decorator';
import { bodyCheck } from '../http/check-body';
import { KnownIdPipe } from '../http/known-id.pipe';
import { byId, pageJson, readPage } from '../http/page';
import { pageQuery, parseQuery } from '../http/query';
import { RawJson } from '../http/raw-json';
import { TaskDoor } from './task-door';

const listQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(taskStates).optional(),
  capability: z.string().max(200).optional(),
  agentId: z.uuid().optional(),
  workflowId: z.uuid().optional(),
  parentId: z.uuid().optional(),
});
const checkCancel = bodyCheck<{ reason?: string }>(taskCancelSchema);
const Id = () => Param('id', new KnownIdPipe('TASK_NOT_FOUND', 'Task'));
const submitHeaders = {
  'Idempotency-Key': 'The same key again gives the same task, whatever happened in between.',
  Prefer: '`wait=<seconds>`: answer when the task has ended (200), or when the time is up (202).',
};

@Controller('api')
@Roles('viewer')
export class TasksController {
  constructor(
    private readonly door: TaskDoor,
    private readonly control: TaskControl,
    private readonly why: Why,
    private readonly database: Database,
  ) {}

  @Describe({
    summary: 'Submit a task',
    tag: 'tasks',
    body: 'Submit',
    headers: submitHeaders,
    ok: { 200: 'Task', 201: 'Task', 202: 'Task' },
    errors: [400, 409, 413, 415, 422, 429],
  })
  @Post(['tasks', 'agents/tasks/submit'])
  @Roles('operator', 'agent')
  @RawJson()
  async submit(@Req() request: SignedInRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { status, json, waited } = await this.door.submit(request);
    if (waited !== undefined) void reply.header('preference-applied', `wait=${waited}`);
    void reply.status(status);
    return json;
  }

  @Describe({
    summary: 'Submit up to 1000 tasks, all or none',
    tag: 'tasks',
    body: 'TaskBatch',
    ok: { 201: 'TaskReferences' },
    errors: [400, 409, 413, 415, 422, 429],
  })
  @Post('tasks/batch')
  @Roles('operator', 'agent')
  submitMany(@Req() request: SignedInRequest): Promise<TaskReferences> {
    return this.door.submitMany(request);
  }

  @Describe({
    summary: 'List tasks, newest first',
    tag: 'tasks',
    query: listQuery,
    ok: { 200: 'TaskPage' },
    errors: [400],
  })
  @Get('tasks')
  @RawJson()
  async list(@Query() query: unknown): Promise<string> {
    const { limit, cursor, ...filter } = parseQuery(listQuery, query);
    const { items, nextCursor } = await readPage({ limit, cursor }, byId, ({ limit, after }) =>
      listTaskRows(this.database, filter, { limit, before: after }),
    );
    return pageJson({ items: items.map(toTaskJson), nextCursor });
  }

  @Describe({ summary: 'One task', tag: 'tasks', ok: { 200: 'Task' }, errors: [404] })
  @Get(['tasks/:id', 'agents/tasks/:id'])
  @RawJson()
  get(@Id() id: string): Promise<string> {
    return this.door.reader.json(id);
  }

  @Describe({
    summary: 'Every transition of a task, oldest first',
    tag: 'tasks',
    ok: { 200: 'History' },
    errors: [404],
  })
  @Get('tasks/:id/history')
  async history(@Id() id: string): Promise<{ items: HistoryEntry[] }> {
    await this.door.reader.row(id);
    return { items: await readHistory(this.database, 'task', id) };
  }

  @Describe({ summary: 'Why a task waits, or why its agent got it', tag: 'tasks', ok: { 200: 'Why' }, errors: [404] })
  @Get('tasks/:id/why')
  explain(@Id() id: string): Promise<WhyDocument> {
    return this.why.explain(id);
  }

  @Describe({
    summary: 'Cancel a task; an agent that works on it is told',
    tag: 'tasks',
    body: 'TaskCancel',
    bodyOptional: true,
    ok: { 202: 'Task' },
    errors: [400, 404, 409],
  })
  @Post(['tasks/:id/cancel', 'agents/tasks/:id/cancel'])
  @Roles('operator', 'agent')
  @HttpCode(202)
  @RawJson()
  async cancel(@Id() id: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<string> {
    const { reason } = checkCancel(body ?? {});
    await this.door.reader.row(id);
    await this.control.cancel(id, actorOf(request.principal), reason);
    return this.door.reader.json(id);
  }

  @Describe({
    summary: 'Try a failed, rejected or canceled task again',
    tag: 'tasks',
    ok: { 202: 'Task' },
    errors: [404, 409],
  })
  @Post('tasks/:id/retry')
  @Roles('operator')
  @HttpCode(202)
  @RawJson()
  async retry(@Id() id: string, @Req() request: SignedInRequest): Promise<string> {
    await this.door.reader.row(id);
    await this.control.retry(id, actorOf(request.principal));
    return this.door.reader.json(id);
  }
}
