import { type JsonValue, type Pipeline, type Stage, type StepDocument, type TaskError } from '@baton/contracts';
import { type GrowingPattern, type OpenedPattern, type PatternGiven, type PatternPart } from '../pattern';
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
};

function stagesOf(step: StepDocument): readonly Stage[] {
  return (step as StepDocument & Pipeline).stages;
}

function partOf({ id, buffer, ...step }: Stage, index: number): PatternPart {
  return { path: `stages[${index}]`, step, variables: ['item', 'index', 'previous'] };
}

function open(given: PatternGiven): OpenedPattern {
  const value = given.params['items'] ?? null;
  if (value === null) {
    return refused('The items of the pipeline give nothing. Put them in [ ] where an empty list is meant.');
  }
  const items: readonly JsonValue[] = Array.isArray(value) ? (value as JsonValue[]) : [value];
  const children = items.length * stagesOf(given.step).length;
  if (children > pipelineLimits.children) {
    const most = pipelineLimits.children;
    return refused(`Items times stages of the pipeline are ${children}, over ${most}. Give each item more to do.`);
  }
  return { ok: true, run: new PipelineRun(items, stagesOf(given.step), given) };
}

function refused(message: string): { ok: false; error: TaskError } {
  return { ok: false, error: { code: 'EXPRESSION_FAILED', message, retryable: false } };
}
