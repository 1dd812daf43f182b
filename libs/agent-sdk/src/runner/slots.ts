/** Something that wants a slot: at most `limit` of the same lane run at once. */
export interface SlotUser {
  readonly lane: string;
  readonly limit: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly user: SlotUser;
  bound: boolean;
}

/**
 * Who may run and who waits. Never more than `concurrency` at once, nor more of a lane than its limit; who waits goes
 * in order of arrival, except that a full lane does not hold up the others, nor does who is bound. Holds no more than
 * `surplus` waiting.
 */
export class Slots<Item> {
  private readonly perLane = new Map<string, number>();
  private readonly waiting: Waiting<Item>[] = [];
  private bound = 0;
  private taken = 0;

  constructor(
    private readonly concurrency: number,
    private readonly surplus: number,
  ) {}

  get running(): number {
    return this.taken;
  }

  /** `wait`: it will come out of `next`. `full`: it was not taken. */
  offer(item: Item, user: SlotUser, mayStart: boolean): 'start' | 'wait' | 'full' {
    if (!mayStart || !this.isOpenTo(user)) return this.queue({ item, user, bound: false });
    this.occupy(user);
    return 'start';
  }

  /** As `offer`, for one that keeps its place in the line, and does not leave it before it is unbound. */
  bind(item: Item, user: SlotUser): 'wait' | 'full' {
    const place = this.queue({ item, user, bound: true });
    if (place === 'wait') this.bound++;
    return place;
  }

  unbind(item: Item): void {
    const entry = this.waiting.find((one) => one.item === item);
    if (entry?.bound) this.bound--;
    if (entry) entry.bound = false;
  }

  /** The next of the waiting that may run now, its slot taken; undefined when there is none. */
  next(): Item | undefined {
    if (this.taken >= this.concurrency) return undefined;
    const at = this.waiting.findIndex((entry) => !entry.bound && this.fits(entry.user));
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
    this.unbind(item);
    const at = this.waiting.findIndex((entry) => entry.item === item);
    return at >= 0 && this.waiting.splice(at, 1).length > 0;
  }

  private queue(entry: Waiting<Item>): 'wait' | 'full' {
    if (this.waiting.length >= this.surplus) return 'full';
    this.waiting.push(entry);
    return 'wait';
  }

  /** Nobody in the line would be overtaken who could go. */
  private isOpenTo(user: SlotUser): boolean {
    return this.waiting.length === this.bound && this.fits(user);
  }

  private fits(user: SlotUser): boolean {
    return this.taken < this.concurrency && (this.perLane.get(user.lane) ?? 0) < user.limit;
  }

  private occupy(user: SlotUser): void {
    this.taken++;
    this.perLane.set(user.lane, (this.perLane.get(user.lane) ?? 0) + 1);
  }
}
