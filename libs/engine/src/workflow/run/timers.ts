import { type Unit } from './unit';

interface Entry {
  readonly at: number;
  readonly unit: Unit;
}

/** Units by when they are due. What has ended or wants another time by now is passed over. */
export class Timers {
  /** A heap: no entry is later than those at 2n + 1 and 2n + 2. */
  private entries: Entry[] = [];

  add(unit: Unit, at: number): void {
    const { entries } = this;
    let place = entries.push({ at, unit }) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.at(above) <= at) break;
      this.swap(place, above);
      place = above;
    }
  }

  /** When the first is due. */
  next(): number | undefined {
    while (this.entries.length > 0 && !isWanted(this.entries[0] as Entry)) this.drop();
    return this.entries[0]?.at;
  }

  /** The first that is due at `now`. */
  take(now: number): Unit | undefined {
    const next = this.next();
    if (next === undefined || next > now) return undefined;
    const { unit } = this.entries[0] as Entry;
    this.drop();
    return unit;
  }

  clear(): void {
    this.entries = [];
  }

  private drop(): void {
    const { entries } = this;
    const last = entries.pop() as Entry;
    if (entries.length === 0) return;
    entries[0] = last;
    let place = 0;
    for (let below = this.sooner(place); below !== place; below = this.sooner(place)) {
      this.swap(place, below);
      place = below;
    }
  }

  /** The soonest of a place and the two below it. */
  private sooner(place: number): number {
    let soonest = place;
    for (const below of [2 * place + 1, 2 * place + 2]) if (this.at(below) < this.at(soonest)) soonest = below;
    return soonest;
  }

  private at(place: number): number {
    return this.entries[place]?.at ?? Infinity;
  }

  private swap(one: number, other: number): void {
    const entry = this.entries[one] as Entry;
    this.entries[one] = this.entries[other] as Entry;
    this.entries[other] = entry;
  }
}

function isWanted({ at, unit }: Entry): boolean {
  return unit.finishedAt === null && (unit.wakesAt === at || unit.timesOutAt === at);
}
