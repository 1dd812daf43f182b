import { type AgentId, type FinalTaskState, type JsonValue, type TaskError, type TaskId } from '@baton/contracts';
import { endUnit } from './end-unit';
import { release } from './gate';
import { isWithinReachOfRetry, refreshAround } from './outputs';
import { type Turn } from './turn';
import { type Unit } from './unit';
import { isActive, wasStopped } from './unit-state';

/** How a task of the run ended; `key` is the key the task was submitted with. */
export interface TaskEndedEvent {
  readonly kind: 'task-ended';
  readonly key: string;
  readonly taskId: TaskId;
  readonly state: FinalTaskState;
  readonly output: JsonValue;
  readonly error: TaskError | null;
  readonly attempts: number;
  /** Who had it last. */
  readonly agent: { readonly id: AgentId; readonly name: string } | null;
  /** Cost units its agents reported, those of the tasks it spawned included; null: none did. */
  readonly cost: number | null;
  /** Tasks it spawned, at all levels. */
  readonly spawned: number;
}

/** W1 Only the task a unit waits for can end it: duplicates and late results change nothing (I7, I9). */
export function applyTaskEnded(turn: Turn, event: TaskEndedEvent): void {
  const unit = turn.run.byKey.get(event.key);
  if (unit?.taskId !== event.taskId) return;
  if (isActive(unit)) {
    release(turn, unit, event);
    takeResult(unit, event);
    return endUnit(turn, unit, event.state, event.error);
  }
  if (event.state === 'completed') keepLateReceipt(turn, unit, event);
}

/**
 * W2 A unit that was stopped with the run or for its pause, or was taken back, may have completed all the same: then it
 * must not run again (I9).
 */
function keepLateReceipt(turn: Turn, unit: Unit, event: TaskEndedEvent): void {
  if (unit.state === 'ready' || unit.state === 'pending') {
    takeResult(unit, event);
    return endUnit(turn, unit, 'completed');
  }
  if (!wasStopped(unit) || !isWithinReachOfRetry(unit)) return;
  takeResult(unit, event);
  turn.end(unit, 'completed', null);
  if (unit.holder.kind === 'frame') unit.holder.completed += 1;
  refreshAround(unit);
}

function takeResult(unit: Unit, { attempts, state, output, agent, cost }: TaskEndedEvent): void {
  unit.attempts += attempts;
  unit.agent = agent;
  if (cost !== null) unit.cost = (unit.cost ?? 0) + cost;
  if (state === 'completed') unit.output = output;
}
