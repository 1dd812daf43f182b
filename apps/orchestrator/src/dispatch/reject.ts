import { type TaskError } from '@baton/contracts';
import { type Degraded } from '@baton/engine';
import { findTasksOfGoneAgents, type RejectedTask, rejectTasks } from '@baton/persistence';
import { type EndedTask } from '../results/ended-task';
import { type Desk } from './desk';

const AT_ONCE = 1000;

/** Ends optional tasks that nobody could take. What was canceled meanwhile stays as it is. */
export function rejectDegraded(desk: Desk, degraded: readonly Degraded[]): Promise<RejectedTask[]> {
  const rejections = degraded.map(({ task, obstacle }) => ({
    taskId: task.id,
    code: 'DEGRADED' as const,
    message: `It is optional and nobody could take it (${obstacle}): GET /api/tasks/${task.id}/history tells when.`,
  }));
  return rejectTasks(desk.database, desk.epoch, rejections);
}

/** Ends tasks that only an agent may take which is gone, or away for long. */
export async function rejectOrphans(desk: Desk): Promise<RejectedTask[]> {
  const orphans = await findTasksOfGoneAgents(desk.database, AT_ONCE);
  if (orphans.length === 0) return [];
  for (const { id } of orphans) desk.scheduler.remove(id);
  const rejections = orphans.map(({ id, agentId }) => ({
    taskId: id,
    code: 'TARGET_AGENT_GONE' as const,
    message: `Only agent ${agentId} may take it, and that one has ended.`,
  }));
  return rejectTasks(desk.database, desk.epoch, rejections);
}

export function endedByRejection(task: RejectedTask): EndedTask {
  const { id, capability, attempt, workflowId, stepId, parentId } = task;
  const error = JSON.parse(task.error) as TaskError;
  const taskId = id as EndedTask['taskId'];
  const nobody = { agentId: null, agent: null, cost: null, spawned: 0 };
  return {
    taskId,
    capability,
    state: 'rejected',
    attempt,
    ...nobody,
    parentId,
    workflowId,
    stepId,
    output: null,
    error,
  };
}
