import { LRUCache } from 'lru-cache';

interface Failures {
  readonly count: number;
  readonly since: number;
}

const WINDOW_MS = 60_000;

/** Failures a minute for one name from one address, and for all names from one address. */
export const maxFailures = { name: 5, address: 50 } as const;

/** Slows down guessing: after too many failures in a minute, whoever it is waits until the minute is over. */
export class LoginThrottle {
  private readonly failures = new LRUCache<string, Failures>({ max: 50_000 });

  constructor(private readonly now: () => number = () => Date.now()) {}

  /** Seconds until another try is taken; 0: now. */
  secondsToWait(who: string, max: number): number {
    const found = this.current(who);
    if (!found || found.count < max) return 0;
    return Math.ceil((found.since + WINDOW_MS - this.now()) / 1000);
  }

  failed(who: string): void {
    const { count, since } = this.current(who) ?? { count: 0, since: this.now() };
    this.failures.set(who, { count: count + 1, since });
  }

  succeeded(who: string): void {
    this.failures.delete(who);
  }

  private current(who: string): Failures | undefined {
    const found = this.failures.get(who);
    return found && found.since + WINDOW_MS > this.now() ? found : undefined;
  }
}
