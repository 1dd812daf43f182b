import { type TaskId } from '@baton/contracts';
import { runOf } from './fill-for';
import { unreserve } from './gate';
import { type Turn } from './turn';
import { type Group, type Unit } from './unit';
import { isActive } from './unit-state';

const REASON = 'It was sent ahead, and what it was to follow has not completed; it starts again after it.';

/**
 * Makes a child pending again that is ready, or whose task has not begun. The row keeps the id of that task: did it
 * complete all the same, that is its receipt (W2).
 */
export function takeBack(turn: Turn, child: Unit | undefined): void {
  if (!child || !(isActive(child) || child.state === 'ready')) return;
  if (isActive(child)) recall(turn, child);
  turn.move(child, 'pending');
  runOf(child.holder as Group).takenBack?.(child);
}

function recall(turn: Turn, child: Unit): void {
  const { taskId, key } = child;
  turn.commands.push({ kind: 'cancel-task', taskId: taskId as TaskId, key, reason: REASON });
  unreserve(turn, child);
  child.startedAt = null;
}
