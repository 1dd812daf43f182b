/** Fires once per attempt when its time is up (I5). One timer, however many attempts; times are monotonic. */
export class AttemptDeadlines {
  private readonly due = new Map<string, { readonly at: number; readonly fire: () => void }>();
  private timer: NodeJS.Timeout | undefined;
  private nextAt = Infinity;

  /** `inMs` from now, `fire` is called, unless `clear` came first. */
  set(token: string, inMs: number, fire: () => void): void {
    const at = performance.now() + inMs;
    this.due.set(token, { at, fire });
    if (at < this.nextAt) this.arm(at);
  }

  clear(token: string): void {
    this.due.delete(token);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.due.clear();
  }

  private arm(at: number): void {
    clearTimeout(this.timer);
    this.nextAt = at;
    if (at === Infinity) return;
    // Never sooner than a tick from now, never beyond what a timer can hold.
    const wait = Math.min(Math.max(at - performance.now(), 10), 2 ** 31 - 1);
    this.timer = setTimeout(() => this.check(), wait);
  }

  private check(): void {
    const now = performance.now();
    let next = Infinity;
    for (const [token, { at, fire }] of this.due) {
      if (at <= now) {
        this.due.delete(token);
        fire();
      } else if (at < next) next = at;
    }
    this.arm(next);
  }
}
