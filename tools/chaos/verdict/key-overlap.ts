import { group } from 'd3-array';
import { type KeyUse } from '../stage/truth';

export interface Overlap {
  readonly key: string;
  readonly limit: number;
  /** The most tasks that had the key at the same time. */
  readonly most: number;
  readonly at: Date;
}

/** Keys that more tasks had at once than their limit allows, from when each was given out until it ended. Pure. */
export function keyOverlaps(uses: readonly KeyUse[]): Overlap[] {
  return [...group(uses, ({ key }) => key)].flatMap(([key, ofKey]) => {
    const limit = Math.min(...ofKey.map((use) => use.limit));
    const { most, at } = busiest(ofKey);
    return most > limit ? [{ key, limit, most, at }] : [];
  });
}

function busiest(uses: readonly KeyUse[]): { most: number; at: Date } {
  const changes = uses
    .flatMap(({ from, until }) => [{ at: from, by: 1 }, ...(until ? [{ at: until, by: -1 }] : [])])
    .sort((one, other) => one.at.getTime() - other.at.getTime() || one.by - other.by);
  let [now, most, at] = [0, 0, new Date(0)];
  for (const change of changes) {
    now += change.by;
    if (now > most) [most, at] = [now, change.at];
  }
  return { most, at };
}
