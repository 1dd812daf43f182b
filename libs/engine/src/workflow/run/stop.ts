import { type TaskError, type TaskId } from '@baton/contracts';
import { release } from './gate';
import { partialOutput } from './outputs';
import { type Turn } from './turn';
import { type Holder, type Unit } from './unit';
import { isActive, isEnded, RUN_STOPPED, type STEP_NOT_NEEDED } from './unit-state';

/** Why something is stopped: with what is around it, or because nobody needs it any more. */
export interface Stop {
  readonly code: typeof RUN_STOPPED | typeof STEP_NOT_NEEDED;
  readonly reason: string;
}

/** Ends the run now: what runs is canceled, what waits never starts. Receipts stay. */
export function stopRun(turn: Turn, state: 'failed' | 'canceled', error: TaskError): void {
  const { run } = turn;
  stopUnits(turn, run.root, { code: RUN_STOPPED, reason: error.message });
  clearLines(turn);
  run.error = error;
  run.finishedAt = turn.now;
  turn.moveRun(state, error.message);
}

/** Nothing is left to do in a run that has ended. */
export function clearLines({ run }: Turn): void {
  while (run.news.length > 0) (run.news.shift() as Holder).hasNews = false;
  for (const gate of run.holding) gate.held.clear();
  run.holding.clear();
  run.ready.clear();
  run.timers.clear();
  run.waits.clear();
}

/** Ends those that have not ended, and what is inside them. Nobody is told: the holder ends as well. */
export function stopUnits(turn: Turn, holder: Holder, stop: Stop): void {
  for (const unit of holder.units) if (!isEnded(unit)) stopUnit(turn, unit, stop);
  closeHolder(holder);
}

/** What is only needed while it is under way. */
export function closeHolder(holder: Holder): void {
  holder.unended = 0;
  holder.underWay.clear();
  holder.scope = undefined;
  if (holder.kind === 'frame') return;
  holder.run = undefined;
  holder.ended.clear();
  holder.call = undefined;
}

/** Stops what is inside a unit, and keeps what there is of its output. */
export function stopInside(turn: Turn, unit: Unit, stop: Stop): void {
  if (!unit.inner) return;
  unit.output = partialOutput(unit);
  stopUnits(turn, unit.inner, stop);
  // Again: what was under way inside may have had a part of it.
  unit.output = partialOutput(unit);
}

/** Ends a unit and what is inside it; its holder is not told. */
export function stopUnit(turn: Turn, unit: Unit, stop: Stop): void {
  const hasBegun = isActive(unit) || unit.state === 'waiting' || unit.inner !== undefined;
  if (isActive(unit)) cancelTask(turn, unit, stop.reason);
  stopInside(turn, unit, stop);
  turn.end(unit, hasBegun || stop.code === RUN_STOPPED ? 'canceled' : 'skipped', stopped(stop));
}

/** Takes the task back that is under way. */
export function cancelTask(turn: Turn, unit: Unit, reason: string): void {
  const { taskId, key } = unit;
  turn.commands.push({ kind: 'cancel-task', taskId: taskId as TaskId, key, reason });
  release(turn, unit);
}

function stopped({ code, reason }: Stop): TaskError {
  if (code === RUN_STOPPED) return { code, message: `Stopped with the run: ${reason}`, retryable: true };
  return { code, message: `Not needed any more: ${reason}`, retryable: false };
}
