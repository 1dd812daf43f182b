import { type Consensus } from '@baton/contracts';
import { agree, distance, type Vote } from './vote';

/** A vote and all that agree with it, itself among them. */
export interface Group {
  readonly center: Vote;
  readonly members: readonly Vote[];
  readonly count: number;
  readonly weight: number;
  /** How far the members are from the center, together. */
  readonly spread: number;
}

/** What makes one group stand before another. */
export type Measure = 'count' | 'weight';

export interface Standing {
  readonly leader: Group;
  /** What the best of those has by the measure whose center does not agree with the leader; 0: there is none. */
  readonly rival: number;
}

/**
 * Who is ahead. Every answer is a candidate and has the votes that agree with it; within a tolerance these groups may
 * overlap, and of equal ones that comes first which is nearest to its members: their median. Undefined: nothing can be
 * compared.
 */
export function standing(
  votes: readonly Vote[],
  measure: Measure,
  compare: Consensus['compare'],
): Standing | undefined {
  const groups = votes.filter(({ mark }) => mark !== null).map((vote) => groupOf(vote, votes, compare));
  groups.sort((one, other) => compareGroups(one, other, measure));
  const [leader] = groups;
  if (!leader) return undefined;
  const rival = groups.find(({ center }) => !agree(center.mark, leader.center.mark, compare));
  return { leader, rival: rival?.[measure] ?? 0 };
}

function groupOf(center: Vote, votes: readonly Vote[], compare: Consensus['compare']): Group {
  const members = votes.filter(({ mark }) => agree(mark, center.mark, compare));
  let [weight, spread] = [0, 0];
  for (const vote of members) {
    weight += vote.weight;
    spread += distance(vote.mark, center.mark);
  }
  return { center, members, count: members.length, weight, spread };
}

function compareGroups(one: Group, other: Group, measure: Measure): number {
  const second = measure === 'count' ? 'weight' : 'count';
  return (
    other[measure] - one[measure] ||
    other[second] - one[second] ||
    one.spread - other.spread ||
    one.center.index - other.center.index
  );
}

/** All votes in groups that do not overlap, the greatest first; what agrees with nothing stands for itself at the end. */
export function groupsOf(votes: readonly Vote[], measure: Measure, compare: Consensus['compare']): readonly Group[] {
  const groups: Group[] = [];
  let left = votes;
  for (let found = standing(left, measure, compare); found; found = standing(left, measure, compare)) {
    const { leader } = found;
    groups.push(leader);
    left = left.filter((vote) => !leader.members.includes(vote));
  }
  const alone = left.map((vote) => ({ center: vote, members: [vote], count: 1, weight: vote.weight, spread: 0 }));
  return [...groups, ...alone];
}
