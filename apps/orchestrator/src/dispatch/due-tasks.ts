import { type ReadyTask } from '@baton/engine';
import {
  expireTasks,
  type ExpiredTask,
  promoteScheduledTasks,
  untilNextDueMs,
  wakeBackedOffTasks,
} from '@baton/persistence';
import { type Desk } from './desk';
import { readyFromRow } from './ready-task';

export interface DueEvents {
  ready(tasks: readonly ReadyTask[]): void;
  expired(tasks: readonly ExpiredTask[]): void;
  failed(error: unknown): void;
}

/** Asked at least this often, so that nothing depends on one timer or one message. */
const LOOK_EVERY_MS = 1000;
const AT_ONCE = 1000;

/** Brings tasks to the queue when their time comes: scheduled ones, and those that back off after a failure. */
export class DueTasks {
  private timer: NodeJS.Timeout | undefined;
  private nextAt = Infinity;
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly desk: Desk,
    private readonly events: DueEvents,
  ) {}

  start(): void {
    this.expectIn(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** Something will be due in `ms`. */
  expectIn(ms: number): void {
    const at = performance.now() + Math.min(ms, LOOK_EVERY_MS);
    if (this.stopped || at >= this.nextAt) return;
    this.nextAt = at;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.looking = this.look();
      },
      Math.max(0, at - performance.now()),
    );
  }

  private async look(): Promise<void> {
    this.nextAt = Infinity;
    const { database, epoch } = this.desk;
    try {
      const promoted = await promoteScheduledTasks(database, epoch, AT_ONCE);
      const awake = await wakeBackedOffTasks(database, epoch, AT_ONCE);
      if (promoted.length + awake.length > 0) this.events.ready([...promoted, ...awake].map(readyFromRow));
      const expired = await expireTasks(database, epoch, AT_ONCE);
      if (expired.length > 0) this.events.expired(expired);
      const more = Math.max(promoted.length, awake.length, expired.length) === AT_ONCE;
      this.expectIn(more ? 0 : ((await untilNextDueMs(database)) ?? LOOK_EVERY_MS));
    } catch (error) {
      this.events.failed(error);
    }
  }
}
