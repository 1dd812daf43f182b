/** How long a receiver that fails is left alone, at least and at most. */
const FIRST_MS = 1000;
const MOST_MS = 60_000;

/** A receiver is back. */
export interface Comeback {
  /** What was tried in vain within this time may be tried again; null: whenever that was. */
  readonly withinMs: number | null;
}

/**
 * What is known of receivers that fail: they are asked one at a time, and less and less often, however much waits for
 * them. One that fails once and then takes something has refused an event, not been away. In memory only: a new brain
 * finds out again. Pure but for what it remembers; times are milliseconds.
 */
export class Patience {
  private readonly failing = new Map<string, { failures: number; since: number; until: number }>();
  /** They have taken something since this brain is one. */
  private readonly wereWell = new Set<string>();

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
    this.failing.set(webhookId, { failures, since: known?.since ?? now, until: now + rest });
  }

  /** Undefined: it has not been away. The first time nobody knows how long it was. */
  succeeded(webhookId: string, now: number): Comeback | undefined {
    const known = this.failing.get(webhookId);
    this.failing.delete(webhookId);
    if (!this.wereWell.has(webhookId)) {
      this.wereWell.add(webhookId);
      return { withinMs: null };
    }
    return known && known.failures > 1 ? { withinMs: now - known.since } : undefined;
  }

  /** The others are gone. */
  keep(webhookIds: ReadonlySet<string>): void {
    for (const ids of [this.failing, this.wereWell])
      for (const id of ids.keys()) if (!webhookIds.has(id)) ids.delete(id);
  }
}
