import { type Consensus, type JsonValue, type NamelessStep, type TaskTerms } from '@baton/contracts';
import { type GrowingPattern, type PatternExpression, type PatternPart } from '../pattern';
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
  const { capability, input, retry, priority, tags, version, resources, fallback, cost, tieBreak } = step;
  const shared: TaskTerms = defined({ retry, priority, cost });
  const voters = { capability, ...defined({ input, tags, version, resources, fallback }), ...shared };
  const parts: PatternPart[] = [{ path: '', step: voters, variables: ['round', 'answers'] }];
  if (typeof tieBreak !== 'object') return parts;
  const question: JsonValue = { question: input ?? null, candidates: '${{ candidates }}' };
  const judge = { capability: tieBreak.judge, input: question, ...shared };
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

type Defined<Fields> = { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
