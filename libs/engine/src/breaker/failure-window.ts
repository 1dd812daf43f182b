/** Two halves that slide: the share of the older one shrinks as the newer fills. Constant memory, whatever the rate. */
export class FailureWindow {
  private startedMs = -Infinity;
  private current = { total: 0, failures: 0 };
  private previous = { total: 0, failures: 0 };

  constructor(private readonly lengthMs: number) {}

  add(failed: boolean, nowMs: number): void {
    this.slide(nowMs);
    this.current.total += 1;
    if (failed) this.current.failures += 1;
  }

  /** Attempts and failures of about the last `lengthMs`. */
  sum(nowMs: number): { readonly total: number; readonly failures: number } {
    this.slide(nowMs);
    const kept = 1 - (nowMs - this.startedMs) / this.lengthMs;
    return {
      total: this.current.total + this.previous.total * kept,
      failures: this.current.failures + this.previous.failures * kept,
    };
  }

  clear(): void {
    this.startedMs = -Infinity;
  }

  private slide(nowMs: number): void {
    const passed = nowMs - this.startedMs;
    if (passed < this.lengthMs) return;
    this.previous = passed < 2 * this.lengthMs ? this.current : { total: 0, failures: 0 };
    this.current = { total: 0, failures: 0 };
    this.startedMs = passed < 2 * this.lengthMs ? this.startedMs + this.lengthMs : nowMs;
  }
}
