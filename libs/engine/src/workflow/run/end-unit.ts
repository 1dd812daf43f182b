import { type TaskError } from '@baton/contracts';
import { closeHolder, stopInside, stopRun, stopUnits } from './stop';
import { type Turn } from './turn';
import { type Frame, type Unit } from './unit';
import { hasPassed, isEnded, nodeOf, RUN_STOPPED, STEP_NOT_NEEDED } from './unit-state';

type Ended = 'completed' | 'failed' | 'canceled' | 'rejected' | 'skipped';

/**
 * Ends a unit and tells what it is part of. In a frame a failure stops the others (`fail-fast`) or blocks what depends
 * on it (`continue`), unless the step is optional or its frame does not need all; a pattern decides itself.
 */
export function endUnit(turn: Turn, unit: Unit, state: Ended, error: TaskError | null = null): void {
  const { holder } = unit;
  closeUnit(turn, unit, state, error);
  if (holder.kind === 'frame') return endedInFrame(turn, holder, unit);
  holder.ended.push(unit);
  turn.announce(holder);
}

function closeUnit(turn: Turn, unit: Unit, state: Ended, error: TaskError | null): void {
  const { holder, inner } = unit;
  if (inner) closeHolder(inner);
  holder.unended -= 1;
  holder.underWay.delete(unit);
  if (holder.kind === 'frame' && state === 'completed') holder.completed += 1;
  turn.end(unit, state, error);
}

/** Fails a unit: what still runs inside is stopped, and what there is of its output is kept. */
export function failUnit(turn: Turn, unit: Unit, error: TaskError): void {
  stopInside(turn, unit, { code: RUN_STOPPED, reason: error.message });
  endUnit(turn, unit, 'failed', error);
}

function endedInFrame(turn: Turn, frame: Frame, unit: Unit): void {
  if (hasPassed(unit)) letGoOn(turn, frame, unit);
  else if (frame.graph.join === 'all' && frame.failFast) return failFrame(turn, frame, failureOf(unit));
  else block(turn, frame, unit);
  if (frame.graph.join !== 'all') judgeQuorum(turn, frame, frame.graph.join);
  if (frame.unended === 0) turn.announce(frame);
}

/** Why something failed, naming the step. */
export function failureOf({ key, error }: Unit): TaskError {
  if (error === null) return { code: 'STEP_CANCELED', message: `Step ${key} was canceled.`, retryable: true };
  return { ...error, message: `Step ${key} failed: ${error.message}` };
}

/** A frame cannot do its work any more. */
function failFrame(turn: Turn, frame: Frame, error: TaskError): void {
  if (frame.owner) failUnit(turn, frame.owner, error);
  else stopRun(turn, 'failed', error);
}

function letGoOn(turn: Turn, frame: Frame, unit: Unit): void {
  for (const index of nodeOf(unit).dependents) {
    const dependent = frame.units[index] as Unit;
    dependent.waitingFor -= 1;
    if (dependent.waitingFor === 0 && dependent.state === 'pending') turn.makeReady(dependent);
  }
}

/** All that depends on the failed step is skipped, with an error that says because of whom. */
function block(turn: Turn, frame: Frame, failed: Unit): void {
  const error = { code: 'NEED_FAILED', message: `Needs ${failed.key}, which failed.`, retryable: false };
  const reached = [...nodeOf(failed).dependents];
  for (const index of reached) {
    const dependent = frame.units[index] as Unit;
    if (dependent.state !== 'pending') continue;
    closeUnit(turn, dependent, 'skipped', error);
    reached.push(...nodeOf(dependent).dependents);
  }
}

/** As soon as enough have completed the rest is stopped; as soon as they cannot any more the frame has failed. */
function judgeQuorum(turn: Turn, frame: Frame, quorum: number): void {
  const { completed, unended, units } = frame;
  if (completed >= quorum) {
    const reason = `${completed} of ${units.length} have completed.`;
    return stopUnits(turn, frame, { code: STEP_NOT_NEEDED, reason });
  }
  if (completed + unended >= quorum) return;
  const causes = units.filter((unit) => isEnded(unit) && unit.error !== null).map(({ key }) => key);
  const because = causes.length > 0 ? ` Failed: ${causes.slice(0, 10).join(', ')}.` : '';
  const message = `${completed} of ${units.length} steps completed, ${quorum} are needed.${because}`;
  failFrame(turn, frame, { code: 'QUORUM_MISSED', message, retryable: true });
}
