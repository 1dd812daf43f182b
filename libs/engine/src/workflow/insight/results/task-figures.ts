import { plainKey } from '../../progress/forecast';
import { grouped, mean, type Spread, spreadOf, sum } from './figures';
import { peak } from './intervals';
import { type Quality, qualityOf } from './quality';
import { type RunTask, type TaskAttempt } from './run-task';
import { heldBy, timesOf } from './task-times';

export interface TaskCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly canceled: number;
}

/** Times in milliseconds. A mean over nothing is null. */
export interface StepFigures {
  /** Without what is in brackets: elements count together. */
  readonly id: string;
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  readonly attempts: number;
  /** From submission to the assignment of the last attempt. */
  readonly meanWaitMs: number | null;
  /** From there to the recorded end. */
  readonly meanWorkMs: number | null;
  /** With agents, by their clocks where they tell. */
  readonly work: Spread | null;
  /** Means of tasks: nobody had them, they were on the way, their end was being recorded. */
  readonly outsideAgents: { readonly queuedMs: number; readonly dispatchMs: number; readonly recordingMs: number };
  readonly cost: number | null;
  readonly quality: Quality | null;
}

/** What one agent did for the run. */
export interface AgentContribution {
  readonly agentId: string;
  readonly name: string | null;
  /** Whose last attempt it had. */
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  /** Attempts it had, and those of them that ended with an error. */
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly workMs: number;
  /** Of the work of all. */
  readonly share: number;
  /** Most tasks it had at once. */
  readonly peakInFlight: number;
  readonly cost: number | null;
  readonly quality: Quality | null;
}

export function countStates(tasks: readonly RunTask[]): TaskCounts {
  const of = (...states: string[]): number => tasks.filter(({ state }) => states.includes(state)).length;
  return {
    total: tasks.length,
    completed: of('completed'),
    failed: of('failed', 'rejected'),
    canceled: of('canceled'),
  };
}

export function costOf(tasks: readonly RunTask[]): number | null {
  const costs = tasks.flatMap(({ cost }) => cost ?? []);
  return costs.length === 0 ? null : sum(costs);
}

export function stepFigures(tasks: readonly RunTask[], now: Date): StepFigures[] {
  return grouped(tasks, ({ stepKey }) => plainKey(stepKey)).map(([id, group]) => {
    const { total, completed, failed } = countStates(group);
    const last = group.flatMap((task) => {
      const attempt = task.attempts.at(-1);
      return attempt ? { task, attempt } : [];
    });
    const ended = last.filter(({ attempt }) => attempt.endedAt !== null);
    const times = group.map((task) => timesOf(task, now));
    const average = (part: 'queuedMs' | 'dispatchMs' | 'recordingMs'): number =>
      sum(times.map((one) => one[part])) / times.length;
    return {
      ...{ id, tasks: total, completed, failed, attempts: sum(group.map((task) => task.attemptCount)) },
      meanWaitMs: mean(last.map(({ task, attempt }) => attempt.assignedAt.getTime() - task.createdAt.getTime())),
      meanWorkMs: mean(ended.map(({ attempt }) => lengthOf(attempt, now))),
      work: spreadOf(ended.map(({ task }) => timesOf(task, now).workMs)),
      outsideAgents: {
        queuedMs: average('queuedMs'),
        dispatchMs: average('dispatchMs'),
        recordingMs: average('recordingMs'),
      },
      cost: costOf(group),
      quality: qualityOf(group),
    };
  });
}

export function contributions(tasks: readonly RunTask[], now: Date): AgentContribution[] {
  const all = tasks.flatMap((task) => task.attempts.map((attempt) => ({ task, attempt })));
  const whole = sum(all.map(({ attempt }) => lengthOf(attempt, now)));
  return grouped(all, ({ attempt }) => attempt.agentId).map(([agentId, group]) => {
    const attempts = group.map(({ attempt }) => attempt);
    const own = group.filter(({ task, attempt }) => task.attempts.at(-1) === attempt).map(({ task }) => task);
    const { total, completed, failed } = countStates(own);
    const workMs = sum(attempts.map((attempt) => lengthOf(attempt, now)));
    return {
      ...{ agentId, name: (attempts[0] as TaskAttempt).agentName, tasks: total, completed, failed },
      attempts: attempts.length,
      failedAttempts: attempts.filter(({ errorCode }) => errorCode !== null).length,
      workMs,
      share: whole === 0 ? 0 : workMs / whole,
      peakInFlight: peak(attempts.map((attempt) => heldBy(attempt, now))),
      cost: costOf(own),
      quality: qualityOf(own),
    };
  });
}

function lengthOf(attempt: TaskAttempt, now: Date): number {
  const { from, to } = heldBy(attempt, now);
  return to - from;
}
