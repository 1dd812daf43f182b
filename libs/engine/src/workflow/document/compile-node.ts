import { compileCondition, compileTemplate } from '../expressions/template';
import { below, type Compiling, type StepEntry, stepEntries } from './compiling';
import { type Body, type GraphNode } from './graph';
import { findStep, look, type Sight, unknownStep } from './sight';

/** A step compiled; where it stands in its graph is not known yet. */
export interface NodeDraft {
  readonly node: Omit<GraphNode, 'index' | 'needs' | 'dependents' | 'stepsBehind'>;
  readonly needs: ReadonlySet<number>;
}

/** Compiles one step; `needs` fills with the steps that it names, also from inside its body. */
export function compileNode(compiling: Compiling, entry: StepEntry, sight: Sight, needs: Set<number>): NodeDraft {
  const { step, path } = entry;
  const { id, optional = false } = step;
  declareNeeds(compiling, entry, sight);
  if (!entry.isChecked || compiling.isMisshaped(path))
    return { node: { id, step, optional, ...guess(compiling, entry, sight) }, needs };
  const when =
    step.when === undefined ? undefined : look(compileCondition(step.when), below(path, 'when'), sight, compiling);
  if (step.concurrency !== undefined && step.forEach === undefined) {
    compiling.fault(below(path, 'concurrency'), 'is of no use without forEach');
  }
  return { node: { id, step, optional, when, body: compiling.body(step, { path, sight }) }, needs };
}

function declareNeeds(compiling: Compiling, { step, path }: StepEntry, sight: Sight): void {
  const needs: unknown = step.needs;
  if (!Array.isArray(needs)) return;
  needs.forEach((id: unknown, index) => {
    if (typeof id !== 'string' || findStep(id, sight.level)) return;
    compiling.fault(below(path, `needs[${index}]`), () => unknownStep(id, sight.level));
  });
}

/** Of a misshaped step: the steps it names, and those inside it, for they may have faults of their own. */
function guess(
  compiling: Compiling,
  { step, path, isChecked }: StepEntry,
  around: Sight,
): Pick<GraphNode, 'when' | 'body'> {
  const sight: Sight = { ...around, names: undefined };
  const { when, forEach, input, steps, pattern } = step as unknown as Record<string, unknown>;
  for (const [field, text] of Object.entries({ when, forEach })) {
    if (typeof text === 'string') look(compileCondition(text), below(path, field), sight, compiling);
  }
  const filled = look(compileTemplate((input ?? null) as never), below(path, 'input'), sight, compiling);
  const isOfSteps = pattern === 'sequential' || pattern === 'parallel';
  const entries = stepEntries(steps, below(path, 'steps'), isChecked && isOfSteps);
  const list = { entries, outer: sight, inOrder: false, join: 'all', output: undefined, outputPath: '' } as const;
  compiling.steps(list);
  return { when: undefined, body: nothing(filled) };
}

function nothing(input: Extract<Body, { kind: 'task' }>['input']): Body {
  return { kind: 'task', capability: '', input, terms: {}, timeoutSeconds: undefined, spawning: undefined };
}
