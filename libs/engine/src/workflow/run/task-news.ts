import { type TaskId } from '@baton/contracts';
import { makeMove } from './make-move';
import { tendAround } from './tend-group';
import { type Turn } from './turn';
import { isActive } from './unit-state';

/** An attempt of a task of the run has ended without ending the task: it waits in the queue, or for what it spawned. */
export interface TaskReturnedEvent {
  readonly kind: 'task-returned';
  readonly key: string;
  readonly taskId: TaskId;
}

/** A task of the run is with an agent: others may follow it now. Told once, and only of those that one was to follow. */
export interface TaskAssignedEvent {
  readonly kind: 'task-assigned';
  readonly key: string;
  readonly taskId: TaskId;
}

/** Tells the pattern of the child whose task it is; of others it changes nothing, nor when it is late. */
export async function applyTaskNews(turn: Turn, event: TaskReturnedEvent | TaskAssignedEvent): Promise<void> {
  const { key, taskId } = event;
  const unit = turn.run.byKey.get(key);
  if (unit?.taskId !== taskId || unit.holder.kind !== 'group') return;
  const group = unit.holder;
  await tendAround(turn, group);
  const { run } = group;
  if (!isActive(unit) || !run) return;
  const move = event.kind === 'task-returned' ? run.returned?.(unit, turn.now) : run.assigned?.(unit, turn.now);
  makeMove(turn, group, (await move) ?? {});
}
