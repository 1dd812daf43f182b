import { type JsonValue, type TaskError, type WorkflowId, type WorkflowState } from '@baton/contracts';
import { type WorkflowRun } from '../../run/workflow-run';
import { type Bottleneck, type CriticalPath, pathOfRun } from './critical-path';
import { type Spread, spreadOf, sum } from './figures';
import { covered, peak } from './intervals';
import { type Quality, qualityOf } from './quality';
import { type RunTask } from './run-task';
import {
  type AgentContribution,
  contributions,
  costOf,
  countStates,
  type StepFigures,
  stepFigures,
  type TaskCounts,
} from './task-figures';
import { heldBy, type TaskTimes, timesOf } from './task-times';

/** Where the time of all tasks went, in milliseconds, summed up. */
interface Overhead extends TaskTimes {
  /** Part of the life of the tasks during which no agent had them, waiting for subtasks left out; null: no tasks. */
  readonly share: number | null;
}

/** What came of a run, and how. Times in milliseconds. A mean over nothing is null. */
export interface WorkflowResults {
  readonly id: WorkflowId;
  readonly state: WorkflowState;
  readonly output: JsonValue;
  readonly error: TaskError | null;
  readonly durationMs: number | null;
  readonly tasks: TaskCounts;
  /** Completed of those that ended. */
  readonly successRate: number | null;
  readonly attempts: number;
  /** With agents, of tasks that ended. */
  readonly work: Spread | null;
  readonly cost: number | null;
  readonly quality: Quality | null;
  /** Completed tasks per second of the run's duration. */
  readonly throughputPerSecond: number | null;
  /** Sum of the times tasks were with agents. */
  readonly workMs: number;
  /** Time of the run during which no agent had any of its tasks: waiting, dispatching, recording. */
  readonly outsideAgentsMs: number | null;
  /** How many tasks were with agents at once, on average: so many times faster than one after the other. */
  readonly meanParallelism: number | null;
  readonly peakParallelism: number;
  /** The mean over the peak: 1 when as many worked from start to end as ever did. */
  readonly parallelEfficiency: number | null;
  /** Of the slots it had: the most that each agent gave it at once, over the whole run. */
  readonly slots: number;
  readonly slotUtilisation: number | null;
  readonly overhead: Overhead;
  /** Null before the start. */
  readonly criticalPath: CriticalPath | null;
  /** The worst first. */
  readonly bottlenecks: readonly Bottleneck[];
  readonly steps: readonly StepFigures[];
  readonly agents: readonly AgentContribution[];
}

/** What a run and its tasks tell, at `now` for one that still runs. Pure. */
export function resultsOfRun(run: WorkflowRun, tasks: readonly RunTask[], now: Date): WorkflowResults {
  const { id, state, output, error, startedAt, finishedAt } = run;
  const end = finishedAt ?? now;
  const durationMs = startedAt && end.getTime() - startedAt.getTime();
  const path = pathOfRun(run, tasks, end);
  const counts = countStates(tasks);
  const ended = counts.completed + counts.failed + counts.canceled;
  return {
    ...{ id, state, output, error, durationMs, tasks: counts },
    successRate: ended === 0 ? null : counts.completed / ended,
    attempts: sum(tasks.map((task) => task.attemptCount)),
    work: spreadOf(tasks.filter((task) => task.finishedAt !== null).map((task) => timesOf(task, end).workMs)),
    cost: costOf(tasks),
    quality: qualityOf(tasks),
    throughputPerSecond: durationMs ? (counts.completed * 1000) / durationMs : null,
    ...parallelismOf(tasks, durationMs, end),
    overhead: overheadOf(tasks, end),
    criticalPath: path?.path ?? null,
    bottlenecks: path?.bottlenecks ?? [],
    steps: stepFigures(tasks, end),
    agents: contributions(tasks, end),
  };
}

function parallelismOf(tasks: readonly RunTask[], durationMs: number | null, end: Date) {
  const works = tasks.flatMap((task) => task.attempts.map((attempt) => heldBy(attempt, end)));
  const workMs = sum(works.map(({ from, to }) => to - from));
  const slots = sum(contributions(tasks, end).map(({ peakInFlight }) => peakInFlight));
  const peakParallelism = peak(works);
  const meanParallelism = durationMs ? workMs / durationMs : null;
  const per = (most: number): number | null =>
    meanParallelism === null || most === 0 ? null : Math.min(1, meanParallelism / most);
  return {
    workMs,
    outsideAgentsMs: durationMs === null ? null : Math.max(0, durationMs - covered(works)),
    ...{ meanParallelism, peakParallelism, slots },
    parallelEfficiency: per(peakParallelism),
    slotUtilisation: per(slots),
  };
}

function overheadOf(tasks: readonly RunTask[], end: Date): Overhead {
  const times = tasks.map((task) => timesOf(task, end));
  const total = (part: keyof TaskTimes): number => sum(times.map((one) => one[part]));
  const all: TaskTimes = {
    queuedMs: total('queuedMs'),
    dispatchMs: total('dispatchMs'),
    workMs: total('workMs'),
    recordingMs: total('recordingMs'),
    subtasksMs: total('subtasksMs'),
  };
  const outside = all.queuedMs + all.dispatchMs + all.recordingMs;
  const life = outside + all.workMs;
  return { ...all, share: life === 0 ? null : outside / life };
}
