interface Entry {
  /** Agents that are at work on a task with the key, with how many; their names as far as they are known. */
  readonly holders: Map<string, { name: string | undefined; tasks: number }>;
  /** Names of those who completed one. */
  readonly done: Set<string>;
  /** What was completed before this book began has been told. */
  known: boolean;
  /** Lines of ready tasks and attempts that need the entry. */
  uses: number;
}

/**
 * Which agents are taken for tasks with a spread key: those at work on one and those that completed one, by name. Who
 * failed at one is free again. Nobody is free for a key until `recall` has told what was completed before.
 */
export class SpreadBook {
  private readonly entries = new Map<string, Entry>();
  private readonly unheard = new Set<string>();
  /** Rises whenever somebody may have become free. */
  changes = 0;

  /** Keys of ready tasks that wait for `recall`. */
  get unknown(): ReadonlySet<string> {
    return this.unheard;
  }

  /** Keys in memory. */
  get size(): number {
    return this.entries.size;
  }

  isTaken(key: string, agentId: string, name: string): boolean {
    const entry = this.entries.get(key);
    if (!entry) return false;
    if (!entry.known || entry.holders.has(agentId) || entry.done.has(name)) return true;
    for (const holder of entry.holders.values()) if (holder.name === name) return true;
    return false;
  }

  /** Ready tasks with the key are in memory; once more for each line they stand in. */
  enter(key: string): void {
    const entry = this.use(key);
    if (!entry.known) this.unheard.add(key);
  }

  leave(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.uses -= 1;
    if (entry.uses > 0) return;
    this.entries.delete(key);
    this.unheard.delete(key);
  }

  /** These names have completed tasks with the key; told of each unknown key, also of one that has none. */
  recall(key: string, names: readonly string[]): void {
    const entry = this.entries.get(key);
    this.unheard.delete(key);
    if (!entry) return;
    entry.known = true;
    this.changes += 1;
    for (const name of names) entry.done.add(name);
  }

  take(key: string, agentId: string, name: string | undefined): void {
    const { holders } = this.use(key);
    const holder = holders.get(agentId);
    if (holder) holder.tasks += 1;
    else holders.set(agentId, { name, tasks: 1 });
  }

  /** Its attempt completed: the agent stays taken. Told before `giveBack`. */
  keep(key: string, agentId: string, name: string | undefined): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    const known = name ?? entry.holders.get(agentId)?.name;
    if (known !== undefined) entry.done.add(known);
    else this.doubt(key, entry);
  }

  /** More than was taken changes nothing. */
  giveBack(key: string, agentId: string): void {
    const holders = this.entries.get(key)?.holders;
    const holder = holders?.get(agentId);
    if (!holders || !holder) return;
    holder.tasks -= 1;
    if (holder.tasks === 0) holders.delete(agentId);
    this.changes += 1;
    this.leave(key);
  }

  /** The database knows a name that the book does not. */
  private doubt(key: string, entry: Entry): void {
    entry.known = false;
    this.unheard.add(key);
  }

  private use(key: string): Entry {
    let entry = this.entries.get(key);
    if (!entry) this.entries.set(key, (entry = { holders: new Map(), done: new Set(), known: false, uses: 0 }));
    entry.uses += 1;
    return entry;
  }
}
