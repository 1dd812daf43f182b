import { type JsonObject, type JsonValue, type TaskError } from '@baton/contracts';
import { type ExpressionScope, type StepView } from '../expressions/scope';
import { type Template } from '../expressions/template';
import { type PatternRun } from '../patterns/pattern';
import { fill, type Filled, refused } from './evaluate';
import { type Frame, type Group, type Holder, type Unit } from './unit';
import { nodeOf } from './unit-state';
import { type WorkflowRun } from './workflow-run';

type Scoped =
  { readonly ok: true; readonly scope: ExpressionScope } | { readonly ok: false; readonly error: TaskError };

/** A template, and the field it stands in, for faults. */
interface Place {
  readonly template: Template;
  readonly what: string;
  /** In scope besides. */
  readonly variables?: JsonObject;
}

/**
 * Evaluates with what the expressions of a unit see: of steps those it needs and what the unit around it sees; the
 * variables of the patterns around it; in a sub-workflow nothing from outside but its input.
 */
export async function fillFor(run: WorkflowRun, unit: Unit, place: Place): Promise<Filled> {
  return fillIn(run, await scopeOf(run, unit), place, `step ${unit.key}`);
}

/** Evaluates with what all children of a pattern see. */
export async function fillInside(run: WorkflowRun, group: Group, place: Place): Promise<Filled> {
  return fillIn(run, await scopeInside(run, group), place, `step ${group.owner.key}`);
}

/** Evaluates with what all in the frame have given in scope. */
export async function fillOutput(run: WorkflowRun, frame: Frame, template: Template): Promise<Filled> {
  const around = await scopeInside(run, frame);
  const scoped = around.ok ? ok(withSteps(around.scope, frame, frame.units.keys())) : around;
  return fillIn(run, scoped, { template, what: 'output' }, frame.owner ? `step ${frame.owner.key}` : 'the workflow');
}

async function fillIn(run: WorkflowRun, scoped: Scoped, place: Place, whose: string): Promise<Filled> {
  if (!scoped.ok) return scoped;
  const { template, what, variables } = place;
  return fill(template, { ...scoped.scope, ...variables }, run.startedAt as Date, `${what} of ${whose}`);
}

/** Its pattern is opened before anything inside is looked at: news come before starts. */
export function runOf(group: Group): PatternRun {
  return group.run as PatternRun;
}

async function scopeOf(run: WorkflowRun, unit: Unit): Promise<Scoped> {
  const { holder } = unit;
  const around = await scopeInside(run, holder);
  if (!around.ok) return around;
  if (holder.kind === 'frame') return ok(withSteps(around.scope, holder, nodeOf(unit).needs));
  const { variables } = runOf(holder).plan(unit.index);
  return ok({ ...around.scope, ...variables });
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
  if (owner.body.kind !== 'workflow') return scopeOf(run, owner);
  const input = await fillFor(run, owner, { template: owner.body.input, what: 'input' });
  if (!input.ok) return input;
  if (isObject(input.value)) return ok(newScope(run, { ...owner.body.graph().document.input, ...input.value }));
  return refused(`The input of step ${owner.key} must give an object: a workflow takes its input by name.`);
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
    const unit = frame.units[index] as Unit;
    steps[nodeOf(unit).id] = { output: unit.output, state: unit.state };
  }
  return { ...around, steps };
}

function ok(scope: ExpressionScope): Scoped {
  return { ok: true, scope };
}
