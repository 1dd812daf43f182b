/** A timer needs a tick, and cannot hold more than this. */
const LEAST_MS = 1;
const MOST_MS = 2 ** 31 - 1;

/** Rings once at the earliest of the times it was set to. Times are monotonic. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private at = Infinity;

  constructor(private readonly ring: () => void) {}

  set(inMs: number): void {
    const wait = Math.min(Math.max(inMs, LEAST_MS), MOST_MS);
    const at = performance.now() + wait;
    if (at >= this.at) return;
    this.stop();
    this.at = at;
    this.timer = setTimeout(() => {
      this.at = Infinity;
      this.ring();
    }, Math.ceil(wait));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.at = Infinity;
  }
}
