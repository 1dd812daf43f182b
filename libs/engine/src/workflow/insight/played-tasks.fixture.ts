import { type AgentId } from '@baton/contracts';
import { type PlayedRun } from '../run/play-run';
import { unitsOf } from '../run/workflow-run';
import { type RunTask, type TaskAttempt } from './results/run-task';

const start = Date.parse('2026-03-01T12:00:00Z');
export const at = (ms: number): Date => new Date(start + ms);

/** One attempt by `agent`, from and to in milliseconds; null: it is under way. */
export function attempt(agent: string, from: number, to: number | null, more: Partial<TaskAttempt> = {}): TaskAttempt {
  return {
    agentId: agent as AgentId,
    agentName: agent,
    assignedAt: at(from),
    endedAt: to === null ? null : at(to),
    outcome: to === null ? null : 'completed',
    errorCode: null,
    phases: null,
    ...more,
  };
}

/** A task that was submitted at `created`, ended with its last attempt, or is under way. */
export function task(
  stepKey: string,
  created: number,
  attempts: readonly TaskAttempt[],
  more: Partial<RunTask> = {},
): RunTask {
  const last = attempts.at(-1);
  const finishedAt = last?.endedAt ?? null;
  return {
    id: `task of ${stepKey}`,
    stepKey,
    parentId: null,
    capability: 'x.y',
    state: finishedAt ? 'completed' : last ? 'running' : 'queued',
    createdAt: at(created),
    finishedAt,
    attempts,
    attemptCount: attempts.length,
    ...{ cost: null, quality: null, error: null },
    ...more,
  };
}

/** The tasks of a run that was played: each with an agent from its submission to its end. */
export function playedTasks(play: PlayedRun, agentOf: (key: string) => string = () => 'one'): RunTask[] {
  return [...unitsOf(play.run)].flatMap(({ key, taskId, body, state, error, startedAt, finishedAt }) => {
    if (taskId === null || startedAt === null || body.kind !== 'task') return [];
    const from = startedAt.getTime() - start;
    const to = finishedAt && finishedAt.getTime() - start;
    const failed = state === 'failed' && { outcome: 'failed' as const, errorCode: error?.code ?? null };
    const made = task(key, from, [attempt(agentOf(key), from, to, failed || {})]);
    const { capability } = body;
    return { ...made, id: taskId, capability, error, ...(failed ? { state: 'failed' as const } : {}) };
  });
}
