import { type WorkflowId } from '@baton/contracts';
import { nextTimedRuns } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { msUntil } from '../dispatch/time-until';

export interface TimerEvents {
  /** Their time has come. Resolves when they have been advanced; what is due next is told with `expect`. */
  due(ids: readonly WorkflowId[]): Promise<void>;
  failed(error: unknown): void;
}

/** Looked at this often even if nothing is expected, so that nothing depends on one timer. */
const LOOK_EVERY_MS = 5000;
/** Runs that are still due after they were woken are not woken again sooner than this. */
const AGAIN_AFTER_MS = 250;
const AT_ONCE = 200;

/**
 * Wakes runs when something in them is due: a wait, a timeout, a deadline. Every time there is was saved by the brain,
 * which tells of it here; a look at the database confirms it. A wake-up that is late or double changes nothing.
 */
export class RunTimers {
  private timer: NodeJS.Timeout | undefined;
  private nextAt = Infinity;
  private looking: Promise<void> = Promise.resolve();
  private lastWoken = '';
  private stopped = false;

  constructor(
    private readonly desk: Pick<Desk, 'database'>,
    private readonly events: TimerEvents,
  ) {}

  /** A run wants to be woken then; null: it does not. */
  expect(wakeAt: Date | null): void {
    if (wakeAt !== null) this.expectIn(msUntil(this.desk, wakeAt));
  }

  expectIn(ms: number): void {
    const at = performance.now() + Math.min(ms, LOOK_EVERY_MS);
    if (this.stopped || at >= this.nextAt) return;
    this.nextAt = at;
    clearTimeout(this.timer);
    const inMs = Math.max(0, Math.ceil(at - performance.now()));
    this.timer = setTimeout(() => {
      this.nextAt = Infinity;
      // One look at a time: what comes up meanwhile is looked at after it.
      this.looking = this.looking.then(() => this.look());
    }, inMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    if (this.stopped) return;
    try {
      const timed = await nextTimedRuns(this.desk.database, AT_ONCE);
      const now = this.desk.database.now();
      const due = timed.filter(({ wakeAt }) => wakeAt <= now);
      const woken = due.map(({ id, wakeAt }) => `${id} ${wakeAt.getTime()}`).join();
      const again = woken !== '' && woken === this.lastWoken;
      this.lastWoken = woken;
      if (due.length > 0) await this.events.due(due.map(({ id }) => id));
      const next = timed[due.length];
      if (due.length > 0) this.expectIn(again ? AGAIN_AFTER_MS : 0);
      else this.expectIn(next ? msUntil(this.desk, next.wakeAt) : LOOK_EVERY_MS);
    } catch (error) {
      this.events.failed(error);
    }
  }
}
