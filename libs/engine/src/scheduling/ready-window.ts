import { type ReadyTask } from './ready-queue';

/**
 * A bounded view of a capability's backlog (I8): the first tasks by rank are in memory, the rest in the database.
 * `complete` means nothing queued is missing here. The window says when to read on and what may be added directly.
 */
export class ReadyWindow {
  private complete = false;
  private lastRank = -Infinity;

  constructor(private readonly limit: number) {}

  /** Whether to read from the database again, given how many are left in memory. */
  needsRefill(left: number): boolean {
    return !this.complete && left < this.limit / 2;
  }

  /** Nothing queued is missing in memory. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** Something of this capability changed in the database that the window did not see. */
  invalidate(): void {
    this.complete = false;
  }

  /** From this rank on there is more in the database than was taken into memory. */
  cut(rank: number): void {
    this.complete = false;
    this.lastRank = rank;
  }

  /** What a read of the first `limit` by rank returned. */
  filled(rows: readonly ReadyTask[]): void {
    this.complete = rows.length < this.limit;
    this.lastRank = rows.at(-1)?.rank ?? -Infinity;
  }

  /**
   * Whether a task that was just queued belongs in memory now. If not, it lies behind the window and a later read
   * brings it.
   */
  admits(rank: number, left: number): boolean {
    if (this.complete) {
      if (left < this.limit * 2) return true;
      this.complete = false;
      return false;
    }
    return rank < this.lastRank && left < this.limit * 2;
  }
}
