import { type TaskError } from '@baton/contracts';
import { endUnit, failUnit } from './end-unit';
import { stopRun } from './stop';
import { deadlineOf, timeLimitOf } from './time-limit';
import { type Turn } from './turn';
import { type Unit } from './unit';
import { type WorkflowRun } from './workflow-run';

/** Ends the run when its time is up; also while it is paused. */
export function keepDeadline(turn: Turn): boolean {
  const deadline = deadlineOf(turn.run);
  if (!deadline || deadline.at > turn.now.getTime()) return false;
  stopRun(turn, 'failed', deadline.error);
  return true;
}

/** Does what is due for the unit that is due first. Not while the run is paused: then it comes on resume. */
export function fireNext(turn: Turn): boolean {
  const unit = turn.run.timers.take(turn.now.getTime());
  if (!unit) return false;
  if (isTimeUp(unit, turn.now.getTime())) timeOut(turn, unit);
  else wake(turn, unit);
  return true;
}

/** Of two times the earlier counts. */
function isTimeUp({ timesOutAt, wakesAt }: Unit, now: number): boolean {
  return timesOutAt !== null && timesOutAt <= now && timesOutAt <= (wakesAt ?? Infinity);
}

function timeOut(turn: Turn, unit: Unit): void {
  const { body } = unit;
  if (body.kind === 'wait' && body.onTimeout === 'continue') return endUnit(turn, unit, 'completed');
  failUnit(turn, unit, timeLimitOf(unit)?.error as TaskError);
}

/** A wait is over; a pattern is told, see tendGroup. */
function wake(turn: Turn, unit: Unit): void {
  if (unit.inner) turn.announce(unit.inner);
  else endUnit(turn, unit, 'completed');
}

/** When something is due next. */
export function nextWake(run: WorkflowRun): Date | null {
  if (run.state !== 'running' && run.state !== 'paused') return null;
  const timer = run.state === 'running' ? run.timers.next() : undefined;
  const next = Math.min(timer ?? Infinity, deadlineOf(run)?.at ?? Infinity);
  return Number.isFinite(next) ? new Date(next) : null;
}
