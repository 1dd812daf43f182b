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

/** Tells the pattern of the child whose task it is; of others it changes nothing, nor when it is late. */
export async function applyTaskReturned(turn: Turn, { key, taskId }: TaskReturnedEvent): Promise<void> {
  const unit = turn.run.byKey.get(key);
  if (unit?.taskId !== taskId || unit.holder.kind !== 'group') return;
  const group = unit.holder;
  await tendAround(turn, group);
  if (isActive(unit)) makeMove(turn, group, (await group.run?.returned?.(unit, turn.now)) ?? {});
}
