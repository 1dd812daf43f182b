import { type Consensus, type JsonValue, type NamelessStep } from '@baton/contracts';
import { type GrowingPattern, type PatternExpression, type PatternPart } from '../pattern';
import { termsOf } from '../terms-of';
import { ConsensusRun } from './consensus-run';

/**
 * Several distinct agents do the same; what enough of them say is decided. Children: `agents` voters per round, then
 * the judge if there is one; see ConsensusRun for the rules. The output is a ConsensusReport.
 */
export const consensus: GrowingPattern = {
  name: 'consensus',
  params: [],
  parts: (step) => partsOf(step as NamelessStep & Consensus),
  expressions: (step) => expressionsOf(step as NamelessStep & Consensus),
  open: (given) => ({ ok: true, run: new ConsensusRun(given.step as NamelessStep & Consensus, given) }),
};

function partsOf(step: Consensus): PatternPart[] {
  const { capability, input, tieBreak } = step;
  const voters = { capability, ...(input !== undefined && { input }), ...termsOf(step) };
  const parts: PatternPart[] = [{ path: '', step: voters, variables: ['round', 'answers'] }];
  if (typeof tieBreak !== 'object') return parts;
  // Version, tags and the like are said of the voters.
  const { version: _v, tags: _t, resources: _r, fallback: _f, ...terms } = termsOf(step);
  const question: JsonValue = { question: input ?? null, candidates: '${{ candidates }}' };
  const judge = { capability: tieBreak.judge, input: question, ...terms };
  return [...parts, { path: 'tieBreak.judge', step: judge, variables: ['round', 'answers', 'candidates'] }];
}

function expressionsOf({ weight, compare }: Consensus): PatternExpression[] {
  const expressions: PatternExpression[] = [];
  if (weight !== undefined) expressions.push({ path: 'weight', source: weight, variables: ['output', 'agent'] });
  if (typeof compare === 'object' && compare.path !== undefined) {
    expressions.push({ path: 'compare.path', source: compare.path, variables: ['output'] });
  }
  return expressions;
}
