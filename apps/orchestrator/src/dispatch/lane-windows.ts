import { type ReadyTask, ReadyWindow } from '@baton/engine';

/** Tasks of one lane that are kept in memory, when there are more of them than can go. */
export const LANE_WINDOW = 100;

/**
 * The lanes of one capability of which more is in the database than in memory. The window of the capability passes over
 * them, so that a lane that cannot go hides nobody; each has a small window of its own instead.
 */
export class LaneWindows {
  private readonly windows = new Map<string, ReadyWindow>();

  keys(): string[] {
    return [...this.windows.keys()];
  }

  get size(): number {
    return this.windows.size;
  }

  has(lane: string): boolean {
    return this.windows.has(lane);
  }

  /** There is more of this lane from this rank on than is in memory. */
  cut(lane: string, rank: number): void {
    if (this.windows.has(lane)) return;
    const window = new ReadyWindow(LANE_WINDOW);
    window.cut(rank);
    this.windows.set(lane, window);
  }

  /** Whether a task of a lane that has a window belongs in memory now. */
  admits(lane: string, rank: number, left: number): boolean {
    return this.windows.get(lane)?.admits(rank, left) ?? true;
  }

  /** Lanes of which more can go than is left in memory, given what is left of each and which are closed. */
  hungry(left: (lane: string) => number, closed: ReadonlySet<string>): string[] {
    const hungry: string[] = [];
    for (const [lane, window] of this.windows) {
      if (!closed.has(lane) && window.needsRefill(left(lane))) hungry.push(lane);
    }
    return hungry;
  }

  /** What a read of the first of this lane returned. All of it: the window of the capability sees the lane again. */
  filled(lane: string, tasks: readonly ReadyTask[]): void {
    const window = this.windows.get(lane);
    window?.filled(tasks);
    if (window?.isComplete) this.windows.delete(lane);
  }
}
