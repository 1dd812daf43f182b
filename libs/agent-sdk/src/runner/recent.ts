/** The last so many entries by key; the oldest go first. */
export class Recent<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly max: number) {}

  put(key: Key, value: Value): void {
    this.entries.set(key, value);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.max) return;
      this.entries.delete(oldest);
    }
  }

  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  /** Takes it out. */
  take(key: Key): Value | undefined {
    const value = this.entries.get(key);
    this.entries.delete(key);
    return value;
  }
}
