import { type Consensus } from '@baton/contracts';
import { type Group, type Measure, standing } from './groups';
import { type Vote } from './vote';

/** `reached`: by the rule itself; otherwise by the tie-break. */
export type Verdict =
  | { readonly kind: 'decided'; readonly group: Group; readonly how: 'reached' | 'most-votes' | 'highest-weight' }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'judge' };

/** Votes of one round, and what is still to come. */
export interface Ballot {
  readonly votes: readonly Vote[];
  /** Voters that may still answer. */
  readonly open: number;
  /** After it there is no other round. */
  readonly isLast: boolean;
}

/** The verdict on what there is, as if nothing more came. */
export function verdictOf(step: Consensus, { votes, isLast }: Ballot): Verdict {
  const found = ahead(step, votes, measureOf(step), 0);
  if (found && reaches(step, found, weightOfAll(votes) - found.weight)) {
    return { kind: 'decided', group: found, how: 'reached' };
  }
  return isLast ? breakTie(step, votes, nothing) : { kind: 'undecided' };
}

/** Whatever those say who have not answered, it is the same verdict, and by the same answer. */
export function isSettled(step: Consensus, { votes, open, isLast }: Ballot): boolean {
  if (open === 0) return true;
  const margin = { count: open, weight: step.weight === undefined ? open : Infinity };
  const found = ahead(step, votes, measureOf(step), margin[measureOf(step)]);
  const all = weightOfAll(votes);
  if (found && reaches(step, found, all - found.weight + margin.weight)) return true;
  if (canReach(step, votes, margin)) return false;
  return !isLast || isTieSettled(step, votes, margin);
}

/** There is no other round, and nothing that may still come decides this one. */
export function isLost(step: Consensus, ballot: Ballot): boolean {
  return ballot.isLast && isSettled(step, ballot) && verdictOf(step, ballot).kind === 'undecided';
}

type Margin = Readonly<Record<Measure, number>>;
const nothing: Margin = { count: 0, weight: 0 };

/** The group that is ahead of all others by more than the margin. */
function ahead(step: Consensus, votes: readonly Vote[], measure: Measure, margin: number): Group | undefined {
  const found = standing(votes, measure, step.compare);
  return found && found.leader[measure] > found.rival + margin ? found.leader : undefined;
}

/** Whether a group can get there when all that is open goes to it. */
function canReach(step: Consensus, votes: readonly Vote[], open: Margin): boolean {
  const best = standing(votes, measureOf(step), step.compare)?.leader ?? nothing;
  const most = { count: best.count + open.count, weight: best.weight + open.weight };
  return reaches(step, most, weightOfAll(votes) - best.weight);
}

function reaches({ agents, decide = 'majority' }: Consensus, { count, weight }: Margin, others: number): boolean {
  switch (decide) {
    case 'majority':
      return 2 * count > agents;
    case 'unanimous':
      return count === agents;
    case 'weighted':
      return weight > others;
    default:
      return count >= decide.quorum;
  }
}

function breakTie(step: Consensus, votes: readonly Vote[], margin: Margin): Verdict {
  const { tieBreak = 'fail' } = step;
  if (tieBreak === 'fail' || votes.length === 0) return { kind: 'undecided' };
  if (typeof tieBreak === 'object') return { kind: 'judge' };
  const measure = tieBreak === 'most-votes' ? 'count' : 'weight';
  const group = ahead(step, votes, measure, margin[measure]);
  return group ? { kind: 'decided', group, how: tieBreak } : { kind: 'undecided' };
}

/** A judge is given all the answers there will be. */
function isTieSettled(step: Consensus, votes: readonly Vote[], margin: Margin): boolean {
  if ((step.tieBreak ?? 'fail') === 'fail') return true;
  return breakTie(step, votes, margin).kind === 'decided';
}

function weightOfAll(votes: readonly Vote[]): number {
  return votes.reduce((sum, { weight }) => sum + weight, 0);
}

export function measureOf({ decide }: Consensus): Measure {
  return decide === 'weighted' ? 'weight' : 'count';
}
