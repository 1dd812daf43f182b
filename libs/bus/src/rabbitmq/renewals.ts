/** Soon again while a leader may be about to be elected; then ever more rarely, as the queue is simply full. */
const soonMs = 250;
const electionMs = 5_000;
const longestMs = 10_000;

/**
 * When to change a channel on which a queue refuses. A quorum queue that has lost its leader goes on refusing whatever
 * comes by a channel that met it before it had a new one (RabbitMQ up to 3.10 at least); by a new channel it is taken.
 */
export class Renewals {
  private began = -Infinity;
  private last = -Infinity;
  private notBefore = -Infinity;
  private delayMs = soonMs;

  /** Whether a refusal at this time is a reason to change. After a while without any it begins anew. */
  due(now: number): boolean {
    if (now - this.last > longestMs) this.begin(now);
    this.last = now;
    if (now < this.notBefore) return false;
    if (now - this.began >= electionMs) this.delayMs = Math.min(2 * this.delayMs, longestMs);
    this.notBefore = now + this.delayMs;
    return true;
  }

  /** There is a new connection: soon again. */
  reset(): void {
    this.last = -Infinity;
  }

  private begin(now: number): void {
    this.began = now;
    this.notBefore = now;
    this.delayMs = soonMs;
  }
}
