import {
  type Hierarchical,
  type NamelessStep,
  type Parallel,
  type Sequential,
  spawnLimits,
  type SubWorkflowStep,
  type TaskStep,
} from '@baton/contracts';
import { compileTemplate } from '../expressions/template';
import { termsOf } from '../patterns/terms-of';
import { growingBody } from './compile-growing';
import { compileWait } from './compile-wait';
import { below, type Compiling, type Place, stepEntries } from './compiling';
import { type Body, type StepGraph, type StepsBody, type TaskBody, type WorkflowBody } from './graph';
import { checkPattern } from './pattern-rules';
import { look } from './sight';

/** What a step, an element, a stage or a member of a pattern does. Its shape has been checked. */
export function compileBody(compiling: Compiling, step: NamelessStep, place: Place): Body {
  if (step.forEach !== undefined) return growingBody(compiling, 'forEach', step, place);
  if ('workflow' in step) return workflowBody(compiling, step, place);
  if ('wait' in step) return compileWait(compiling, step, place);
  if (!('pattern' in step)) return taskBody(compiling, step, place);
  checkPattern(step, place.path, compiling);
  if (step.pattern === 'sequential' || step.pattern === 'parallel') return stepsBody(compiling, step, place);
  if (step.pattern === 'hierarchical') return { ...taskBody(compiling, step, place), spawning: spawningOf(step) };
  return growingBody(compiling, step.pattern, step, place);
}

type Unnamed<Step> = Omit<Step, 'id'>;

function taskBody(compiling: Compiling, step: Unnamed<TaskStep>, { path, sight }: Place): TaskBody {
  return {
    kind: 'task',
    capability: step.capability,
    input: look(compileTemplate(step.input ?? null), below(path, 'input'), sight, compiling),
    terms: termsOf(step),
    timeoutSeconds: step.timeoutSeconds,
    spawning: undefined,
  };
}

function spawningOf({ limits, workers }: Hierarchical): TaskBody['spawning'] {
  return { ...spawnLimits, ...limits, ...(workers && { capabilities: workers }) };
}

function workflowBody(compiling: Compiling, step: Unnamed<SubWorkflowStep>, { path, sight }: Place): WorkflowBody {
  return {
    kind: 'workflow',
    ...compiling.definition(step, path),
    input: look(compileTemplate(step.input ?? {}), below(path, 'input'), sight, compiling),
    timeoutSeconds: step.timeoutSeconds,
  };
}

function stepsBody(
  compiling: Compiling,
  step: (Sequential | Parallel) & { readonly timeoutSeconds?: number },
  { path, sight }: Place,
): StepsBody {
  const graph = compiling.steps({
    entries: stepEntries(step.steps, below(path, 'steps')),
    outer: sight,
    inOrder: step.pattern === 'sequential',
    join: step.pattern === 'parallel' ? joinOf(step) : 'all',
    output: step.output,
    outputPath: below(path, 'output'),
  });
  return { kind: 'steps', pattern: step.pattern, graph, timeoutSeconds: step.timeoutSeconds };
}

function joinOf({ join = 'all' }: Parallel): StepGraph['join'] {
  if (join === 'all') return 'all';
  return join === 'any' ? 1 : join.quorum;
}
