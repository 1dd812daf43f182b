/**
 * Lets each of many through at once, and then no more often than every `intervalMs`; what comes in between is let
 * through at the end of the interval, once. Pure but for what it remembers; times are milliseconds.
 */
export class Throttle<Key, Value> {
  private readonly waiting = new Map<Key, Value>();
  private readonly passedAt = new Map<Key, number>();

  constructor(private readonly intervalMs: number) {}

  /** The newest value of a key is the one that counts. */
  add(key: Key, value: Value): void {
    this.waiting.set(key, value);
  }

  /** What may pass now, and when the next may; undefined: nothing waits. */
  take(now: number): { readonly passed: [Key, Value][]; readonly nextAt: number | undefined } {
    for (const [key, at] of this.passedAt) if (now - at >= this.intervalMs) this.passedAt.delete(key);
    const passed = [...this.waiting].filter(([key]) => !this.passedAt.has(key));
    for (const [key] of passed) {
      this.waiting.delete(key);
      if (this.intervalMs > 0) this.passedAt.set(key, now);
    }
    const times = [...this.waiting.keys()].map((key) => (this.passedAt.get(key) as number) + this.intervalMs);
    return { passed, nextAt: times.length === 0 ? undefined : Math.min(...times) };
  }
}
