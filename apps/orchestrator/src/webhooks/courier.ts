import { setTimeout as pause } from 'node:timers/promises';
import { disableWebhook, enabledWebhooks, pruneDeliveries, waitingDeliveries } from '@baton/persistence';
import { type EventSource } from '../events/event-source';
import { Bell } from './bell';
import { FeedReader } from './feed-reader';
import { Sender, type SenderParts } from './sender';

export interface CourierParts extends SenderParts {
  readonly source: EventSource;
  /** Of the brain, when it is here. */
  readonly epoch: () => number | undefined;
}

/** With nothing to do: until the feed is looked at again, and until webhooks are when there are none. */
const LOOK_MS = 250;
const IDLE_MS = 1000;
/** Commits come in crowds; their events are taken together. */
const GATHER_MS = 10;
const TIDY_EVERY_MS = 60_000;
/** What is over is shown for so long. */
const KEEP_DAYS = 7;
/** What may wait for one receiver; one that falls further behind is not told any more. */
const MAX_WAITING = 100_000;

/** Brings the events of the feed to webhooks, in the process of the brain only. */
export class Courier {
  private readonly sender: Sender;
  private readonly reader: FeedReader;
  private readonly bell = new Bell();
  private running: Promise<void> | undefined;
  private hasWebhooks = false;
  private stopped = false;
  private failing = false;
  private tidiedAt = -Infinity;

  constructor(private readonly parts: CourierParts) {
    this.reader = new FeedReader(parts.database, parts.source);
    this.sender = new Sender(parts, () => this.bell.ring());
  }

  start(): void {
    this.running = this.run();
  }

  /** Something was committed here. */
  wake(): void {
    if (this.hasWebhooks) this.bell.ring();
  }

  /** Cuts what is being sent; whoever is the brain next sends it again. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await this.sender.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const more = await this.turn();
      if (more || this.stopped) continue;
      await pause(GATHER_MS);
      await this.bell.wait(this.hasWebhooks && !this.failing ? LOOK_MS : IDLE_MS);
    }
  }

  /** True: there is more to do at once. */
  private async turn(): Promise<boolean> {
    const epoch = this.parts.epoch();
    this.hasWebhooks &&= epoch !== undefined;
    if (epoch === undefined) return false;
    try {
      const more = await this.work(epoch);
      this.failing = false;
      return more;
    } catch (error) {
      // Nothing is lost: what was read and what was sent is in the database.
      if (!this.failing) this.parts.logger.warn({ event: 'webhooks.failed', err: error }, 'webhooks wait');
      this.failing = true;
      return false;
    }
  }

  private async work(epoch: number): Promise<boolean> {
    const { database } = this.parts;
    const webhooks = await enabledWebhooks(database);
    this.hasWebhooks = webhooks.length > 0;
    const atEnd = webhooks.length === 0 || (await this.reader.readOn(epoch, webhooks));
    const ids = webhooks.map(({ id }) => id);
    await this.sender.send(epoch, ids);
    if (performance.now() - this.tidiedAt > TIDY_EVERY_MS) await this.tidy(epoch);
    return !atEnd;
  }

  private async tidy(epoch: number): Promise<void> {
    this.tidiedAt = performance.now();
    const { database } = this.parts;
    for (const [id, waiting] of await waitingDeliveries(database)) {
      const reason = `${waiting} deliveries were waiting for it.`;
      if (waiting > MAX_WAITING) await database.transaction((sql) => disableWebhook(sql, epoch, id, reason));
    }
    await pruneDeliveries(database, epoch, KEEP_DAYS);
  }
}
