import { type NewTask } from '../tasks/insert-tasks';
import { type TaskRow } from './task-row';

/** How the row of a task reads that was stored a moment ago. */
export function newTaskRow(task: NewTask, createdAt: Date): TaskRow {
  return {
    ...task,
    state: task.runAt ? 'scheduled' : 'queued',
    attempt: 0,
    agentId: null,
    targetAgentId: task.targetAgentId as TaskRow['targetAgentId'],
    phase: null,
    progress: null,
    output: null,
    error: null,
    createdAt,
    assignedAt: null,
    startedAt: null,
    finishedAt: null,
  };
}
