import { type ReadyTask, ReadyWindow, type Scheduler } from '@baton/engine';
import {
  type Database,
  loadLanedTasks,
  loadOptionalTasks,
  loadQueuedCapabilities,
  loadReadyTasks,
  loadReadyTasksBeyond,
  loadReadyTasksById,
} from '@baton/persistence';
import { LANE_WINDOW, LaneWindows } from './lane-windows';
import { readyFromRow } from './ready-task';

/** Ready tasks of one capability kept in memory; the database keeps the rest (I8, S10). */
const WINDOW = 5000;
/** However many of them cannot go: more is not read. */
const MOST = 4 * WINDOW;
const OPTIONAL_AT_ONCE = 1000;
/** Lanes read in one statement at most. */
const LANES_AT_ONCE = 200;

interface CapabilityWindow {
  readonly window: ReadyWindow;
  readonly lanes: LaneWindows;
}

/** Keeps the scheduler's windows over the backlog filled. */
export class Backlog {
  private readonly windows = new Map<string, CapabilityWindow>();
  /** What came while a capability was being read: that read may have missed it. */
  private readonly arrivedWhileReading = new Map<string, ReadyTask[]>();

  constructor(
    private readonly database: Database,
    private readonly scheduler: Scheduler,
  ) {}

  /** A task became ready and all of it is known. */
  offer(task: ReadyTask): void {
    this.arrivedWhileReading.get(task.capability)?.push(task);
    const { window, lanes } = this.windowOf(task.capability);
    const { lane, rank } = task;
    const left = this.scheduler.readyCount(task.capability);
    if (lane !== null && lanes.has(lane)) {
      if (lanes.admits(lane, rank, this.inLane(task))) this.scheduler.add(task);
      // An optional task that nobody can take must be seen, wherever the window ends.
    } else if (window.admits(rank, left) || (task.optional && left < MOST)) this.enter(task, lanes);
  }

  /** Nothing of this capability waits, in memory or in the database. */
  isClear(capability: string): boolean {
    if (this.scheduler.readyCount(capability) > 0 || this.arrivedWhileReading.has(capability)) return false;
    const entry = this.windows.get(capability);
    return entry?.window.isComplete === true && entry.lanes.size === 0;
  }

  /** Something of this capability waits, or may. */
  mayWait(capability: string): boolean {
    return this.windows.has(capability) && !this.isClear(capability);
  }

  /** Tasks became ready of which only the ids are known. */
  async offerById(ids: readonly string[]): Promise<void> {
    for (const row of await loadReadyTasksById(this.database, ids)) this.offer(readyFromRow(row));
  }

  /** Reads on wherever a window runs low and somebody could take more. */
  async refill(): Promise<void> {
    for (const [capability, entry] of this.windows) {
      if (this.isHungry(capability, entry)) await this.read(capability, entry);
      const lanes = this.hungryLanes(capability, entry);
      if (lanes.length > 0) await this.readLanes(capability, entry, lanes);
    }
  }

  /** Whether there is more to read that might go: what was read before turned out to be blocked. */
  get hungry(): boolean {
    for (const [capability, entry] of this.windows) {
      if (this.isHungry(capability, entry) || this.hungryLanes(capability, entry).length > 0) return true;
    }
    return false;
  }

  /** Finds what no hint told of: every capability with something queued is read again, and what does not wait. */
  async sweep(): Promise<void> {
    for (const capability of await loadQueuedCapabilities(this.database)) this.windowOf(capability).window.invalidate();
    for (const row of await loadOptionalTasks(this.database, OPTIONAL_AT_ONCE)) this.offer(readyFromRow(row));
  }

  private isHungry(capability: string, { window }: CapabilityWindow): boolean {
    const { lines, pool } = this.scheduler;
    if (!window.needsRefill(lines.unblocked(capability)) || lines.ready(capability) >= MOST) return false;
    return pool.offering(capability).length > 0;
  }

  private hungryLanes(capability: string, { lanes }: CapabilityWindow): string[] {
    if (lanes.size === 0 || this.scheduler.pool.offering(capability).length === 0) return [];
    const { lines } = this.scheduler;
    return lanes.hungry((lane) => lines.inLane(capability, lane), lines.closedLanes(capability));
  }

  private async read(capability: string, { window, lanes }: CapabilityWindow): Promise<void> {
    // What cannot go is in memory or waits in the database: the read passes over it.
    for (const lane of this.scheduler.lines.closedLanes(capability)) lanes.cut(lane, Infinity);
    const passed = lanes.keys();
    await this.whileArriving(capability, async () => {
      const rows = await (passed.length === 0
        ? loadReadyTasks(this.database, capability, WINDOW)
        : loadReadyTasksBeyond(this.database, capability, passed, WINDOW));
      const ready = rows.map(readyFromRow);
      window.filled(ready);
      for (const task of ready) this.enter(task, lanes);
    });
  }

  private async readLanes(capability: string, { lanes }: CapabilityWindow, hungry: string[]): Promise<void> {
    const some = hungry.slice(0, LANES_AT_ONCE);
    await this.whileArriving(capability, async () => {
      const byLane = new Map(some.map((lane) => [lane, [] as ReadyTask[]]));
      const rows = await loadLanedTasks(this.database, capability, some, LANE_WINDOW);
      for (const task of rows.map(readyFromRow)) byLane.get(task.lane ?? '')?.push(task);
      for (const [lane, tasks] of byLane) {
        for (const task of tasks) this.scheduler.add(task);
        lanes.filled(lane, tasks);
      }
    });
  }

  private async whileArriving(capability: string, read: () => Promise<void>): Promise<void> {
    const arrived: ReadyTask[] = [];
    this.arrivedWhileReading.set(capability, arrived);
    try {
      await read();
    } finally {
      this.arrivedWhileReading.delete(capability);
    }
    for (const task of arrived) this.offer(task);
  }

  /** Into memory, unless its lane has as many there as it needs. */
  private enter(task: ReadyTask, lanes: LaneWindows): void {
    const { lane, rank } = task;
    if (lane === null) return this.scheduler.add(task);
    if (lanes.has(lane)) return;
    if (this.inLane(task) < 2 * LANE_WINDOW) this.scheduler.add(task);
    else lanes.cut(lane, rank);
  }

  private inLane({ capability, lane }: ReadyTask): number {
    return lane === null ? 0 : this.scheduler.lines.inLane(capability, lane);
  }

  private windowOf(capability: string): CapabilityWindow {
    let entry = this.windows.get(capability);
    if (!entry) {
      entry = { window: new ReadyWindow(WINDOW), lanes: new LaneWindows() };
      this.windows.set(capability, entry);
    }
    return entry;
  }
}
