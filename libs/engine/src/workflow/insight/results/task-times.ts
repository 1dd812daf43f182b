import { type PhaseTimes } from '@baton/contracts';
import { sum } from './figures';
import { type Interval } from './intervals';
import { type RunTask, type TaskAttempt } from './run-task';

/** Where the time of a task went, in milliseconds; together its life from submission to end. */
export interface TaskTimes {
  /** Nobody had it: it waited for a slot, its time, or its next attempt. */
  readonly queuedMs: number;
  /** From the decision of the orchestrator until the agent had it. */
  readonly dispatchMs: number;
  /** With agents, in all attempts. */
  readonly workMs: number;
  /** From the end at the agent until it was recorded. */
  readonly recordingMs: number;
  /** It waited for tasks it had spawned. */
  readonly subtasksMs: number;
}

export const noTimes: TaskTimes = { queuedMs: 0, dispatchMs: 0, workMs: 0, recordingMs: 0, subtasksMs: 0 };

/** What has not ended counts until `now`. */
export function timesOf({ attempts, createdAt, finishedAt }: RunTask, now: Date): TaskTimes {
  const end = (finishedAt ?? now).getTime();
  const trips = attempts.map((attempt) => tripOf(attempt, end));
  let queuedMs = 0;
  let subtasksMs = 0;
  let free = createdAt.getTime();
  let outcome: TaskAttempt['outcome'] = null;
  for (const { assignedAt, endedAt, outcome: next } of attempts) {
    const gap = Math.max(0, assignedAt.getTime() - free);
    if (outcome === 'waiting') subtasksMs += gap;
    else queuedMs += gap;
    free = endedAt?.getTime() ?? end;
    outcome = next;
  }
  const rest = Math.max(0, end - free);
  return {
    queuedMs: queuedMs + (outcome === 'waiting' ? 0 : rest),
    subtasksMs: subtasksMs + (outcome === 'waiting' ? rest : 0),
    dispatchMs: sum(trips.map((trip) => trip.dispatchMs)),
    workMs: sum(trips.map((trip) => trip.workMs)),
    recordingMs: sum(trips.map((trip) => trip.recordingMs)),
  };
}

/** When agents had it: by the clock of the orchestrator, dispatch and recording included. */
export function heldBy({ assignedAt, endedAt }: TaskAttempt, now: Date): Interval {
  return { from: assignedAt.getTime(), to: (endedAt ?? now).getTime() };
}

type Trip = Pick<TaskTimes, 'dispatchMs' | 'workMs' | 'recordingMs'>;

/**
 * There and back. The clock of the agent measures how long it had the attempt; when its clock agrees with ours it also
 * tells how the rest divides, otherwise both ways count the same.
 */
function tripOf({ assignedAt, endedAt, phases }: TaskAttempt, until: number): Trip {
  const from = assignedAt.getTime();
  const to = endedAt?.getTime() ?? until;
  const whole = Math.max(0, to - from);
  const held = phases && heldByAgent(phases);
  // Not told, or nonsense: all of it is work.
  if (!held || held.from > held.to || held.to - held.from > whole) {
    return { dispatchMs: 0, workMs: whole, recordingMs: 0 };
  }
  const workMs = held.to - held.from;
  const agrees = held.from >= from && held.to <= to;
  const dispatchMs = agrees ? held.from - from : (whole - workMs) / 2;
  return { dispatchMs, workMs, recordingMs: whole - workMs - dispatchMs };
}

function heldByAgent({ assigned, completed }: PhaseTimes): Interval | undefined {
  if (assigned === undefined || completed === undefined) return undefined;
  return { from: Date.parse(assigned), to: Date.parse(completed) };
}
