import { type AttemptToken, type TaskId } from '@baton/contracts';
import { type NewTask, readTaskOptions } from '@baton/persistence';
import { type Desk } from './desk';
import { type Held } from './held-attempts';
import { readyFromRow } from './ready-task';
import { msUntil } from './time-until';

/** New tasks that go to the agent of another one, by id, and that one's: see `mayFollow`. */
export type Following = ReadonlyMap<TaskId, TaskId>;

/** A place behind an attempt that is out. */
export interface PlaceBehind {
  readonly agentId: string;
  readonly taskId: TaskId;
  readonly after: AttemptToken;
  /** Until the time of that attempt is up. */
  readonly leadMs: number;
}

/**
 * Whether a task like this one may be given to its agent now, to begin there when this one has completed: what is done
 * one by one then needs no round trip in between. Not where others wait for that agent, nor for what takes long.
 */
export function mayFollow(desk: Desk, taskId: TaskId, mayWait: (capability: string) => boolean): boolean {
  const held = desk.held.ofTask(taskId);
  if (!held || held.lost === true || !isPlain(held)) return false;
  const { agentId, capability } = held.row;
  if (!desk.scheduler.mayFollow(agentId, capability)) return false;
  const offered = desk.scheduler.pool.get(agentId)?.agent.capabilities ?? [];
  return !offered.some(({ name }) => mayWait(name));
}

/** It holds nothing but its slot, and nothing takes it to another capability. */
function isPlain({ row }: Held): boolean {
  if (row.options === null) return true;
  const { concurrencyKey, rateLimitKey, spreadKey, resources } = readyFromRow(row);
  if ([concurrencyKey, rateLimitKey, spreadKey, resources].some((taken) => taken !== null)) return false;
  return (readTaskOptions(row.options).fallback ?? []).length === 0;
}

/** Undefined: what it follows is over, and it may go to anybody. */
export function placeBehind(desk: Desk, task: NewTask, following: Following): PlaceBehind | undefined {
  const leader = following.get(task.id);
  const held = leader === undefined ? undefined : desk.held.ofTask(leader);
  if (!held) return undefined;
  const { id: taskId, agentId, token: after, attemptDeadline } = held.row;
  return { agentId, taskId, after, leadMs: Math.max(0, msUntil(desk, attemptDeadline)) };
}
