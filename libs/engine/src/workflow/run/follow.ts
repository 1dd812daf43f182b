import { type TaskId } from '@baton/contracts';
import { type ChildPlan } from '../patterns/pattern';
import { runOf } from './fill-for';
import { fullGate } from './gate';
import { type Turn } from './turn';
import { type Group, type Unit } from './unit';
import { isActive, isEnded } from './unit-state';

/** Of a child of a pattern. */
export function planOf({ holder, index }: Unit): ChildPlan | undefined {
  return holder.kind === 'group' ? runOf(holder).plan(index) : undefined;
}

/** The child that has to end before this one begins, as its pattern says; undefined: there is none, or it has ended. */
export function leaderOf(unit: Unit): Unit | undefined {
  const after = planOf(unit)?.after;
  const leader = after === undefined ? undefined : (unit.holder as Group).units[after];
  return leader && !isEnded(leader) ? leader : undefined;
}

/** Whether its task can be sent to wait at the agent of that one, now. */
export function canFollow(turn: Turn, unit: Unit, leader: Unit): boolean {
  if (fullGate(unit)) return false;
  if (isActive(leader)) return turn.given.mayFollow?.(leader.taskId as TaskId) ?? false;
  turn.awaited.add(leader);
  return false;
}
