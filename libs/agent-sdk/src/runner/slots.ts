/** Something that wants a slot: at most `limit` of the same lane run at once. */
export interface SlotUser {
  readonly lane: string;
  readonly limit: number;
}

/**
 * Who may run and who waits. Never more than `concurrency` at once, nor more of a lane than its limit; who waits goes
 * in order of arrival, except that a full lane does not hold up the others. Holds no more than `surplus` waiting.
 */
export class Slots<Item> {
  private readonly perLane = new Map<string, number>();
  private waiting: { readonly item: Item; readonly user: SlotUser }[] = [];
  private taken = 0;

  constructor(
    private readonly concurrency: number,
    private readonly surplus: number,
  ) {}

  get running(): number {
    return this.taken;
  }

  /** How many must end before one more of them could begin. */
  ahead(user: SlotUser): number {
    return this.waiting.length === 0 && this.fits(user) ? 0 : this.waiting.length + 1;
  }

  /** `wait`: it will come out of `next` or `dropWaiting`. `full`: it was not taken. */
  offer(item: Item, user: SlotUser, mayStart: boolean): 'start' | 'wait' | 'full' {
    if (mayStart && this.waiting.length === 0 && this.fits(user)) {
      this.occupy(user);
      return 'start';
    }
    if (this.waiting.length >= this.surplus) return 'full';
    this.waiting.push({ item, user });
    return 'wait';
  }

  /** The next of the waiting that may run now, its slot taken; undefined when there is none. */
  next(): Item | undefined {
    if (this.taken >= this.concurrency) return undefined;
    const at = this.waiting.findIndex((entry) => this.fits(entry.user));
    const [entry] = at < 0 ? [] : this.waiting.splice(at, 1);
    if (entry) this.occupy(entry.user);
    return entry?.item;
  }

  release(user: SlotUser): void {
    this.taken--;
    this.perLane.set(user.lane, (this.perLane.get(user.lane) ?? 1) - 1);
  }

  /** Takes a waiting one out; false when it does not wait. */
  drop(item: Item): boolean {
    const at = this.waiting.findIndex((entry) => entry.item === item);
    return at >= 0 && this.waiting.splice(at, 1).length > 0;
  }

  /** Takes all waiting ones out. */
  dropWaiting(): Item[] {
    const items = this.waiting.map((entry) => entry.item);
    this.waiting = [];
    return items;
  }

  private fits(user: SlotUser): boolean {
    return this.taken < this.concurrency && (this.perLane.get(user.lane) ?? 0) < user.limit;
  }

  private occupy(user: SlotUser): void {
    this.taken++;
    this.perLane.set(user.lane, (this.perLane.get(user.lane) ?? 0) + 1);
  }
}
