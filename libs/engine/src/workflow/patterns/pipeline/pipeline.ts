import { type JsonValue, type NamelessStep, type Pipeline, type Stage, type TaskError } from '@baton/contracts';
import {
  type GrowingPattern,
  type OpenedPattern,
  type PatternChild,
  type PatternGiven,
  type PatternPart,
} from '../pattern';
import { PipelineRun } from './pipeline-run';

export const pipelineLimits = {
  /** Items × stages. */
  children: 50_000,
} as const;

/**
 * Items stream through stages that overlap. Child `item × stages + stage` is one item in one stage; see PipelineRun for
 * the rules. The output holds what the last stage gave, in the order of the list; null where an item failed.
 */
export const pipeline: GrowingPattern = {
  name: 'pipeline',
  params: ['items'],
  parts: (step) => stagesOf(step).map(partOf),
  expressions: () => [],
  open,
  outputOf: (children, step) => outputOf(children, stagesOf(step).length),
};

function stagesOf(step: NamelessStep): readonly Stage[] {
  return (step as NamelessStep & Pipeline).stages;
}

function partOf({ id: _id, buffer: _buffer, ...step }: Stage, index: number): PatternPart {
  return { path: `stages[${index}]`, step, variables: ['item', 'index', 'previous'] };
}

function open(given: PatternGiven): OpenedPattern {
  const value = given.params['items'] ?? null;
  if (value === null) {
    return refused('The items of the pipeline give nothing. Put them in [ ] where an empty list is meant.');
  }
  const items = Array.isArray(value) ? value : [value];
  const children = items.length * stagesOf(given.step).length;
  if (children > pipelineLimits.children) {
    const most = pipelineLimits.children;
    return refused(`Items times stages of the pipeline are ${children}, over ${most}. Give each item more to do.`);
  }
  return { ok: true, run: new PipelineRun(items, given.step as NamelessStep & Pipeline, given) };
}

function refused(message: string): { ok: false; error: TaskError } {
  return { ok: false, error: { code: 'EXPRESSION_FAILED', message, retryable: false } };
}

function outputOf(children: readonly PatternChild[], stages: number): JsonValue {
  const last = children.filter(({ index }) => index % stages === stages - 1);
  return last.map(({ state, output }) => (state === 'completed' ? output : null));
}
