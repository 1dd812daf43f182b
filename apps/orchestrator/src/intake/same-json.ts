import { isDeepStrictEqual } from 'node:util';

/** Whether two JSON texts say the same: the order of keys does not matter. */
export function sameJson(one: string, other: string): boolean {
  return one === other || isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}
