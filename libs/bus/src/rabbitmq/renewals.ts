/** The first few soon, as a leader is elected within a second; later ones rarely, as the queue is simply full. */
const firstMs = 250;
const longestMs = 10_000;

/**
 * When to change a channel on which a queue refuses. A quorum queue that has lost its leader goes on refusing whatever
 * comes by a channel that met it before it had a new one (RabbitMQ up to 3.10 at least); by a new channel it is taken.
 */
export class Renewals {
  private notBefore = 0;
  private delayMs = firstMs;

  /** Whether a refusal at this time is a reason to change. */
  due(now: number): boolean {
    if (now < this.notBefore) return false;
    this.notBefore = now + this.delayMs;
    this.delayMs = Math.min(2 * this.delayMs, longestMs);
    return true;
  }

  /** There is a new connection: soon again. */
  reset(): void {
    this.notBefore = 0;
    this.delayMs = firstMs;
  }
}
