import { type ReadyTask, ReadyWindow, type Scheduler } from '@baton/engine';
import { type Database, loadQueuedCapabilities, loadReadyTasks, loadReadyTasksById } from '@baton/persistence';
import { readyFromRow } from './ready-task';

/** Ready tasks of one capability kept in memory at most; the database keeps the rest (I8, S10). */
const WINDOW = 5000;

/** Keeps the scheduler's windows over the backlog filled. */
export class Backlog {
  private readonly windows = new Map<string, ReadyWindow>();
  /** What came while a capability was being read: that read may have missed it. */
  private readonly arrivedWhileReading = new Map<string, ReadyTask[]>();

  constructor(
    private readonly database: Database,
    private readonly scheduler: Scheduler,
  ) {}

  /** A task became ready and all of it is known. */
  offer(task: ReadyTask): void {
    this.arrivedWhileReading.get(task.capability)?.push(task);
    if (this.window(task.capability).admits(task.rank, this.scheduler.readyCount(task.capability))) {
      this.scheduler.add(task);
    }
  }

  /** Tasks became ready of which only the ids are known. */
  async offerById(ids: readonly string[]): Promise<void> {
    for (const row of await loadReadyTasksById(this.database, ids)) this.offer(readyFromRow(row));
  }

  /** Reads on wherever a window runs low and somebody could take more. */
  async refill(): Promise<void> {
    for (const [capability, window] of this.windows) {
      if (!window.needsRefill(this.scheduler.readyCount(capability))) continue;
      if (this.scheduler.pool.offering(capability).length === 0) continue;
      await this.read(capability, window);
    }
  }

  /** Finds what no hint told of: every capability with something queued is read again. */
  async sweep(): Promise<void> {
    for (const capability of await loadQueuedCapabilities(this.database)) this.window(capability).invalidate();
  }

  private async read(capability: string, window: ReadyWindow): Promise<void> {
    const arrived: ReadyTask[] = [];
    this.arrivedWhileReading.set(capability, arrived);
    try {
      const ready = (await loadReadyTasks(this.database, capability, WINDOW)).map(readyFromRow);
      window.filled(ready);
      for (const task of ready) this.scheduler.add(task);
    } finally {
      this.arrivedWhileReading.delete(capability);
    }
    for (const task of arrived) this.offer(task);
  }

  private window(capability: string): ReadyWindow {
    let window = this.windows.get(capability);
    if (!window) this.windows.set(capability, (window = new ReadyWindow(WINDOW)));
    return window;
  }
}
