import { type Logger } from '@baton/observability';
import { type QueueSpec, type Subscription } from '../bus';
import { type ConsumerContext, type ConsumerOptions } from './consumer';
import { Consumers } from './consumers';
import { Lifeline, type LifelineOptions } from './lifeline';
import { Link } from './link';
import { Pulse } from './pulse';
import { type Session } from './session';
import { watchStalls } from './stalls';
import { type Outcomes, type Work } from './work';

export interface SwiftLineOptions extends Pick<LifelineOptions, 'addresses' | 'startWith' | 'name' | 'dialTimeoutMs'> {
  readonly logger: Logger;
  /** The heartbeat is no longer than this, in seconds. */
  readonly heartbeatSeconds: number;
}

/**
 * A connection of its own for queues that hand everything to one reader: when its network goes silent the next reader
 * has to wait until the broker gives this one up. So its heartbeat is as short as this process is able to keep, and a
 * process that stands still loses this connection and no other. Opened when it is first used.
 */
export class SwiftLine {
  private readonly link: Link;
  private readonly lifeline: Lifeline;
  private readonly consumers: Consumers;
  private readonly pulse: Pulse;
  private starting: Promise<void> | undefined;
  private readonly stopWatching: () => void;

  constructor(
    private readonly options: SwiftLineOptions,
    context: ConsumerContext,
  ) {
    const { logger, heartbeatSeconds, name } = options;
    const { stalls, stop } = watchStalls();
    this.stopWatching = stop;
    this.link = new Link(logger);
    this.consumers = new Consumers(this.link, context);
    this.pulse = new Pulse({
      opening: () => this.link.current === undefined,
      expecting: () => false, // nothing is published here
      blocked: () => false,
    });
    this.lifeline = new Lifeline({
      ...options,
      name: `${name} mailboxes`,
      sockets: 'one',
      heartbeat: () => stalls.heartbeat(performance.now(), heartbeatSeconds),
      up: (session) => this.up(session),
      down: () => this.link.down(),
    });
  }

  async subscribe(
    queue: QueueSpec,
    options: ConsumerOptions,
    createWork: (outcomes: Outcomes) => Work,
  ): Promise<Subscription> {
    const starting = (this.starting ??= this.lifeline.start(Infinity));
    starting.catch(() => (this.starting = undefined)); // for whoever asks next
    await starting;
    return this.consumers.subscribe(queue, options, createWork);
  }

  /** Takes nothing new; resolves when running handlers have ended. */
  stop(): Promise<void> {
    return this.consumers.stop();
  }

  async close(): Promise<void> {
    this.pulse.close();
    this.stopWatching();
    this.link.close();
    await this.lifeline.close();
  }

  private async up(session: Session): Promise<void> {
    this.pulse.watch(session);
    await this.consumers.resume(session);
    const { product, version } = session.broker;
    const fields = { event: 'bus.connected', address: session.address.label, product, version, for: 'mailboxes' };
    this.options.logger.info(fields, `connected to ${product} for mailboxes`);
    this.link.up(session);
  }
}
