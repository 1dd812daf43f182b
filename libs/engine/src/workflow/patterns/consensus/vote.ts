import { type Consensus, type JsonValue } from '@baton/contracts';
import { canonical } from '../../expressions/safe-functions';
import { type PatternChild } from '../pattern';

/** An answer as it was counted. */
export interface Vote {
  /** Of the child that gave it. */
  readonly index: number;
  readonly round: number;
  /** Who gave it; null: not known. */
  readonly agent: PatternChild['agent'];
  readonly answer: JsonValue;
  /** What is compared of the answer: a number within a tolerance, else text; null: it agrees with nothing. */
  readonly mark: string | number | null;
  /** Not below 0. */
  readonly weight: number;
}

/** Agents are told apart by it; null: not known. */
export function nameOf({ agent }: Pick<Vote, 'agent'>): string | null {
  return agent === null ? null : agent.name;
}

/** What of an answer is compared: `found` is what the path of the comparison finds, or the answer itself. */
export function markOf(found: JsonValue, compare: Consensus['compare'] = 'exact'): Vote['mark'] {
  if (compare === 'exact') return canonical(found);
  if ('tolerance' in compare) return typeof found === 'number' ? found : null;
  return found === null ? null : canonical(found);
}

/** Numbers are said to agree when they are no farther apart than the tolerance, but for the last bits of a double. */
export function agree(one: Vote['mark'], other: Vote['mark'], compare: Consensus['compare'] = 'exact'): boolean {
  if (one === null || other === null) return false;
  if (compare === 'exact' || !('tolerance' in compare)) return one === other;
  return (
    distance(one, other) <= compare.tolerance + 8 * Number.EPSILON * (Math.abs(Number(one)) + Math.abs(Number(other)))
  );
}

/** Of marks that are text: 0. */
export function distance(one: Vote['mark'], other: Vote['mark']): number {
  return typeof one === 'number' && typeof other === 'number' ? Math.abs(one - other) : 0;
}

/** What an expression said the vote weighs; anything but a number above 0 weighs nothing. */
export function weightOf(value: JsonValue): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

/** A second vote of the same name in the same round does not count; whose name is not known counts for itself. */
export function distinctVoters(votes: readonly Vote[]): readonly Vote[] {
  const seen = new Set<string>();
  return votes.filter((vote) => {
    const name = nameOf(vote);
    const voter = `${vote.round} ${name}`;
    if (name !== null && seen.has(voter)) return false;
    seen.add(voter);
    return true;
  });
}
