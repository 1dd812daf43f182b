/** How long a receiver that fails is left alone, at least and at most. */
const FIRST_MS = 1000;
const MOST_MS = 60_000;

/**
 * What is known of receivers that fail: they are asked one at a time, and less and less often, however much waits for
 * them. In memory only: a new brain finds out again. Pure but for what it remembers; times are milliseconds.
 */
export class Patience {
  private readonly failing = new Map<string, { failures: number; until: number }>();

  /** How many deliveries a receiver may get at once, of `most`. */
  room(webhookId: string, most: number): number {
    return this.failing.has(webhookId) ? 1 : most;
  }

  /** Those that are left alone now. */
  resting(now: number): string[] {
    return [...this.failing].filter(([, { until }]) => until > now).map(([id]) => id);
  }

  failed(webhookId: string, now: number): void {
    const known = this.failing.get(webhookId);
    // Several were under way: that they fail together is one failure.
    if (known && known.until > now) return;
    const failures = (known?.failures ?? 0) + 1;
    const rest = Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1));
    this.failing.set(webhookId, { failures, until: now + rest });
  }

  /** True: it had failed before. */
  succeeded(webhookId: string): boolean {
    return this.failing.delete(webhookId);
  }

  /** The others are gone. */
  keep(webhookIds: ReadonlySet<string>): void {
    for (const id of this.failing.keys()) if (!webhookIds.has(id)) this.failing.delete(id);
  }
}
