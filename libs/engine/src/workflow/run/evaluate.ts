import { type JsonValue, type StepDocument, type Submit, submitLimits, type TaskError } from '@baton/contracts';
import { type ExpressionScope, type StepView } from '../expressions/scope';
import { type Template } from '../expressions/template';
import { inputFlaw } from './input-flaw';
import { type NodeRun, type WorkflowRun } from './workflow-run';

export type Filled =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly error: TaskError };

type Views = Readonly<Record<string, StepView>>;

/** What expressions see of the nodes at `indexes`, and of nothing else. */
export function viewsOf(run: WorkflowRun, indexes: readonly number[]): Views {
  const views: Record<string, StepView> = {};
  for (const index of indexes) {
    const { own } = run.nodes[index] as NodeRun;
    views[own.stepId] = { output: own.output, state: own.state };
  }
  return views;
}

export function scopeOf(run: WorkflowRun, steps: Views, element?: { item: JsonValue; index: number }): ExpressionScope {
  return { input: run.input, steps, run: { id: run.id }, ...element };
}

/** Evaluates; nothing found is null. `what` names the place for the message: `input of step report`. */
export async function fill(template: Template, scope: ExpressionScope, startedAt: Date, what: string): Promise<Filled> {
  const result = await template.fill(scope, startedAt);
  if (result.ok) return { ok: true, value: result.value ?? null };
  return {
    ok: false,
    error: expressionFailed(`The ${what} cannot be evaluated: ${result.fault}. Correct the definition.`),
  };
}

export function expressionFailed(message: string): TaskError {
  return { code: 'EXPRESSION_FAILED', message, retryable: false };
}

/** As in JSONata, but for lists: one with anything in it is true. */
export function isTrue(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return Boolean(value);
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** The input as a task takes it, or why it cannot. */
export async function fillInput(
  nodeRun: NodeRun,
  scope: ExpressionScope,
  startedAt: Date,
  key: string,
): Promise<Filled> {
  const filled = await fill(nodeRun.node.input, scope, startedAt, `input of step ${key}`);
  if (!filled.ok) return filled;
  const json = JSON.stringify(filled.value);
  const flaw = inputFlaw(filled.value, json);
  if (flaw !== undefined) return { ok: false, error: expressionFailed(`The input of step ${key} ${flaw}.`) };
  const bytes = Buffer.byteLength(json);
  if (bytes <= submitLimits.payloadBytes) return filled;
  const message = `The input of step ${key} has ${bytes} bytes, over ${submitLimits.payloadBytes}. Pass less of the outputs it is made of.`;
  return { ok: false, error: { code: 'INPUT_TOO_LARGE', message, retryable: false } };
}

/** The task a step asks for. */
export function submitOf(step: StepDocument, input: JsonValue): Submit {
  const { capability, timeoutSeconds, priority, tags, version, resources, fallback } = step;
  const { maxRetries, ...retry } = step.retry ?? {};
  return {
    capability,
    input,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(priority !== undefined && { priority }),
    ...(tags !== undefined && { tags }),
    ...(version !== undefined && { version }),
    ...(resources !== undefined && { resources }),
    ...(fallback !== undefined && { fallback }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(Object.keys(retry).length > 0 && { retry }),
  };
}
