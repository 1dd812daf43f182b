import { type GraphNode } from '../document/graph';
import { type Unit, type UnitRow } from './unit';

/** Error code of units that were canceled because what is around them stopped; a retry takes them up again. */
export const RUN_STOPPED = 'RUN_STOPPED';
/** Error code of units that were ended because nobody needs them any more. */
export const STEP_NOT_NEEDED = 'STEP_NOT_NEEDED';

/** Its task has been submitted and has not ended, as far as the run knows. */
export function isActive(unit: UnitRow): boolean {
  return unit.state === 'queued';
}

export function isEnded(unit: UnitRow): boolean {
  return unit.finishedAt !== null;
}

export function hasFailed({ state }: UnitRow): boolean {
  return state === 'failed' || state === 'rejected' || state === 'canceled';
}

/** Never run, because a need failed or nobody needed it. What was skipped by its `when` has no error. */
function isBlocked(unit: UnitRow): boolean {
  return unit.state === 'skipped' && unit.error !== null;
}

/** Canceled with what is around it, not by somebody for itself. */
export function wasStopped(unit: UnitRow): boolean {
  return unit.state === 'canceled' && unit.error?.code === RUN_STOPPED;
}

/** Of a step; not to be asked of a child of a pattern. */
export function nodeOf(unit: Unit): GraphNode {
  return unit.node as GraphNode;
}

export function isOptional(unit: Unit): boolean {
  return unit.node?.optional ?? false;
}

/** Whether steps that need this one may run: it completed, was skipped by its `when`, or may fail. */
export function hasPassed(unit: Unit): boolean {
  if (unit.state === 'completed') return true;
  if (unit.state === 'skipped') return unit.error === null;
  return isOptional(unit) && hasFailed(unit);
}

/** A retry runs it again. The failures of optional steps stand. */
export function mustRunAgain(unit: Unit): boolean {
  if (unit.holder.kind === 'group') return isEnded(unit) && unit.state !== 'completed';
  if (wasStopped(unit) || isBlocked(unit)) return true;
  return hasFailed(unit) && !isOptional(unit);
}

/** One with units inside is counted by them. */
export function isCounted({ inner }: Unit): boolean {
  return inner === undefined || inner.units.length === 0;
}
