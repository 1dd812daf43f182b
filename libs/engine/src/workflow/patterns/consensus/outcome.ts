import { type Consensus, type JsonValue, type TaskError } from '@baton/contracts';
import { type PatternNote } from '../pattern';
import { groupsOf } from './groups';
import { type Ballot, measureOf, type Verdict } from './verdict';
import { reportOf } from './report';
import { nameOf } from './vote';

/** The answers a judge chooses from, those with most votes first. */
export function candidatesOf(step: Consensus, { votes }: Ballot): JsonValue {
  return groupsOf(votes, measureOf(step), step.compare).map(({ center, members, count, weight }) => ({
    answer: center.answer,
    votes: count,
    weight,
    agents: members.map(nameOf),
  }));
}

/** For the audit: how the votes of a round fell, and what came of it. */
export function noteOf(step: Consensus, ballot: Ballot, round: number, verdict: Verdict): PatternNote {
  const details = { round, asked: step.agents, answered: ballot.votes.length, groups: countsOf(step, ballot) };
  if (verdict.kind !== 'decided') return { what: 'undecided', details: { ...details, next: nextOf(verdict, ballot) } };
  const { agreement, dissent } = reportOf(step, { votes: ballot.votes, round }, verdict.group.center);
  return { what: 'decided', details: { ...details, how: verdict.how, agreement, dissent: [...dissent] } };
}

function nextOf({ kind }: Verdict, { isLast }: Ballot): string {
  if (kind === 'judge') return 'judge';
  return isLast ? 'fail' : 'round';
}

/** Votes of each answer, most first. */
function countsOf(step: Consensus, { votes }: Ballot): number[] {
  return groupsOf(votes, measureOf(step), step.compare).map(({ count }) => count);
}

export function notReached(step: Consensus, ballot: Ballot, cause: TaskError | null): TaskError {
  const { agents, rounds = 1 } = step;
  const counts = countsOf(step, ballot);
  const found = counts.length === 0 ? 'nobody answered' : `the votes fell ${counts.join(' : ')}`;
  const silent = agents - ballot.votes.length;
  const told = [
    `No answer was ${ruleOf(step)} after round ${rounds} of ${rounds}: ${found}.`,
    ...(silent > 0 ? [`${silent} of ${agents} agents gave no answer of their own.`] : []),
    ...(cause ? [`The first error: ${cause.message}`] : []),
    'Ask more agents, compare less strictly, or say with tieBreak what follows.',
  ];
  return { code: 'CONSENSUS_NOT_REACHED', message: told.join(' '), retryable: true };
}

function ruleOf({ decide = 'majority', agents }: Consensus): string {
  switch (decide) {
    case 'majority':
      return `given by more than half of ${agents}`;
    case 'unanimous':
      return `given by all ${agents}`;
    case 'weighted':
      return 'given more than half of the weight';
    default:
      return `given by ${decide.quorum} of ${agents}`;
  }
}
