/** A sample that took longer than this says too little about the moment, unless there is no other. */
const GOOD_WITHIN_MS = 200;
const FRESH_MS = 10_000;

/**
 * The database's time, carried on by this process's monotonic clock. Times that are stored and compared by the database
 * come from here: a wall clock that is wrong, or jumps, moves nothing.
 */
export class DatabaseClock {
  /** Of the database's time to the monotonic one; the wall clock of the start stands in until the first sample. */
  private offsetMs = performance.timeOrigin;
  private sampled = false;
  private askAgainAtMs = 0;

  constructor(
    private readonly ask: () => Promise<Date>,
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  /** Right to some milliseconds after the first `sync`; asks again by itself now and then. */
  now(): Date {
    const nowMs = this.monotonic();
    // Without an answer it goes on as it is: it was right, and the next call asks again.
    if (nowMs >= this.askAgainAtMs) this.sync().catch(() => undefined);
    return new Date(this.offsetMs + nowMs);
  }

  /** Takes a sample. Rejects with the database's error. */
  async sync(): Promise<void> {
    const askedMs = this.monotonic();
    this.askAgainAtMs = askedMs + FRESH_MS;
    const told = await this.ask();
    const answeredMs = this.monotonic();
    if (this.sampled && answeredMs - askedMs > GOOD_WITHIN_MS) return;
    this.sampled = true;
    this.offsetMs = told.getTime() - (askedMs + answeredMs) / 2;
  }
}
