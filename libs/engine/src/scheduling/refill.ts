/** A peak counts half after this time, so that one long attempt keeps work from queueing behind its like for a while. */
const HALF_LIFE_MS = 5000;
/** What a result takes to come back and the next task to go out, generously. */
const ROUND_TRIP_MS = 10;

/** Beside attempts up to so long what passes between two of them counts. */
const BRIEF_MS = 1000;

/**
 * How many attempts an agent is sent beyond its slots, so that short ones do not leave it idle for a round trip each.
 * Judged by the longest attempt of late, not by the mean: what waits behind a long one could have gone elsewhere.
 */
export class Refill {
  private peakMs = 0;
  private atMs = 0;
  private known = false;

  /** An attempt took so long. */
  record(ms: number, nowMs: number): void {
    this.peakMs = Math.max(ms, this.peakMs * 2 ** (Math.min(0, this.atMs - nowMs) / HALF_LIFE_MS));
    this.atMs = nowMs;
    this.known = true;
  }

  /** Attempts are known, and to be as short as that. */
  get isBrief(): boolean {
    return this.known && this.peakMs <= BRIEF_MS;
  }

  /** Attempts beyond `slots`: at most as many as the agent keeps waiting; none before the first has ended. */
  margin(slots: number, prefetch: number): number {
    if (!this.known) return 0;
    return Math.min(prefetch, slots, Math.round((slots * ROUND_TRIP_MS) / Math.max(this.peakMs, 1)));
  }
}
