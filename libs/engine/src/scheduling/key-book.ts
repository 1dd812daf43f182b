interface Entry {
  running: number;
  /** How many of those that run came with which limit; one entry as a rule. */
  readonly limits: Map<number, number>;
}

/**
 * How many tasks run under each concurrency key. Where limits under one key differ, the smallest of those that run and
 * the one that is to go counts, so that no task's own limit is ever broken.
 */
export class KeyBook {
  private readonly entries = new Map<string, Entry>();

  hasRoom(key: string, limit: number): boolean {
    const entry = this.entries.get(key);
    if (!entry) return true;
    let smallest = limit;
    for (const running of entry.limits.keys()) smallest = Math.min(smallest, running);
    return entry.running < smallest;
  }

  take(key: string, limit: number): void {
    let entry = this.entries.get(key);
    if (!entry) this.entries.set(key, (entry = { running: 0, limits: new Map() }));
    entry.running += 1;
    entry.limits.set(limit, (entry.limits.get(limit) ?? 0) + 1);
  }

  /** More than was taken changes nothing. */
  giveBack(key: string, limit: number): void {
    const entry = this.entries.get(key);
    const same = entry?.limits.get(limit);
    if (!entry || same === undefined) return;
    entry.running -= 1;
    if (same > 1) entry.limits.set(limit, same - 1);
    else entry.limits.delete(limit);
    if (entry.running === 0) this.entries.delete(key);
  }

  /** Keys under which something runs. */
  get size(): number {
    return this.entries.size;
  }
}
