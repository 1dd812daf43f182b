import { type JsonObject, type JsonValue, type TaskError } from '@baton/contracts';
import { type ExpressionScope, type StepView } from '../expressions/scope';
import { type PatternRun } from '../patterns/pattern';
import { fill, refused } from './evaluate';
import { type Frame, type Group, type Holder, type Unit } from './unit';
import { type WorkflowRun } from './workflow-run';

export type Scoped =
  { readonly ok: true; readonly scope: ExpressionScope } | { readonly ok: false; readonly error: TaskError };

/**
 * What the expressions of a unit see: of steps those it needs and what the unit around it sees; the variables of the
 * patterns around it; in a sub-workflow nothing from outside but its input.
 */
export async function scopeOf(run: WorkflowRun, unit: Unit): Promise<Scoped> {
  const { holder, node } = unit;
  const around = await scopeInside(run, holder);
  if (!around.ok) return around;
  if (holder.kind === 'frame') return ok(withSteps(around.scope, holder, node?.needs ?? []));
  const { variables } = runOf(holder).plan(unit.index);
  return ok({ ...around.scope, ...variables });
}

/** What all in the frame has given is in scope of its output. */
export async function scopeOfOutput(run: WorkflowRun, frame: Frame): Promise<Scoped> {
  const around = await scopeInside(run, frame);
  return around.ok ? ok(withSteps(around.scope, frame, frame.units.keys())) : around;
}

/** Its pattern is opened before anything inside is looked at: news come before starts. */
export function runOf(group: Group): PatternRun {
  return group.run as PatternRun;
}

/** What all inside sees; evaluated once. */
export async function scopeInside(run: WorkflowRun, holder: Holder): Promise<Scoped> {
  if (holder.scope) return ok(holder.scope);
  const found = await findScope(run, holder);
  if (found.ok) holder.scope = found.scope;
  return found;
}

async function findScope(run: WorkflowRun, { owner }: Holder): Promise<Scoped> {
  if (!owner) return ok(newScope(run, run.input));
  const around = await scopeOf(run, owner);
  if (!around.ok || owner.body.kind !== 'workflow') return around;
  const input = await fill(owner.body.input, around.scope, run.startedAt as Date, `input of step ${owner.key}`);
  if (!input.ok) return input;
  if (!isObject(input.value))
    return refused(`The input of step ${owner.key} must give an object: a workflow takes its input by name.`);
  return ok(newScope(run, { ...owner.body.graph().document.input, ...input.value }));
}

function newScope(run: WorkflowRun, input: JsonObject): ExpressionScope {
  return { input, steps: {}, run: { id: run.id } };
}

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function withSteps(around: ExpressionScope, frame: Frame, indexes: Iterable<number>): ExpressionScope {
  const steps: Record<string, StepView> = { ...around.steps };
  for (const index of indexes) {
    const { node, output, state } = frame.units[index] as Unit;
    if (node) steps[node.id] = { output, state };
  }
  return { ...around, steps };
}

function ok(scope: ExpressionScope): Scoped {
  return { ok: true, scope };
}
