/** More than these are not waited for: they get the answer of the moment. */
const MOST_WAITS = 10_000;

/** Answers that wait for the end of a task, apart from the deliveries that asked for them (I6). */
export class LongWaits {
  private readonly running = new Map<Promise<void>, AbortController>();

  constructor(
    private readonly failed: (error: unknown) => void,
    private readonly most = MOST_WAITS,
  ) {}

  /** Runs it apart. Its signal aborts when the waiting has to end. */
  add(answer: (signal: AbortSignal) => Promise<void>): void {
    const giveUp = new AbortController();
    const full = this.running.size >= this.most;
    const run = answer(giveUp.signal)
      .catch(this.failed)
      .finally(() => this.running.delete(run));
    this.running.set(run, giveUp);
    if (full) giveUp.abort();
  }

  /** Everybody who waits is answered with what there is. Resolves when all are. */
  async end(): Promise<void> {
    for (const giveUp of this.running.values()) giveUp.abort();
    await Promise.all(this.running.keys());
  }
}
