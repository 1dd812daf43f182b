import { type TaskError } from '@baton/contracts';
import { type WorkflowGraph } from '../document/graph';
import { exhausted } from './gate';
import { type Unit } from './unit';
import { type WorkflowRun } from './workflow-run';

interface Limit {
  readonly seconds: number;
  readonly error: TaskError;
}

/** What follows from a unit being at work for too long: of waits, and of all that has something inside; not of tasks. */
export function timeLimitOf({ body, key }: Unit): Limit | undefined {
  const limits = body.kind === 'workflow' ? limitsOf(body.graph(), `The workflow of step ${key}`) : [];
  const { timeoutSeconds: seconds } = body;
  if (seconds !== undefined) {
    const message = `Step ${key} has not ended within ${seconds} s. Retry, or give it more timeoutSeconds.`;
    limits.push({ seconds, error: { code: 'STEP_TIMEOUT', message, retryable: true } });
  }
  return soonest(limits);
}

/** When the unit's time is up, in milliseconds since 1970. */
export function timeOutOf(unit: Unit): number | null {
  const limit = timeLimitOf(unit);
  return limit && unit.startedAt ? unit.startedAt.getTime() + limit.seconds * 1000 : null;
}

/** When the run's time is up, and what it fails with then. */
export function deadlineOf({ graph, clockFrom }: WorkflowRun): { at: number; error: TaskError } | undefined {
  const limit = soonest(limitsOf(graph, 'The run'));
  return limit && clockFrom ? { at: clockFrom.getTime() + limit.seconds * 1000, error: limit.error } : undefined;
}

function limitsOf({ deadlineSeconds, budget }: WorkflowGraph, whose: string): Limit[] {
  const limits: Limit[] = [];
  if (deadlineSeconds !== undefined) {
    const message = `${whose} has not ended within its deadline of ${deadlineSeconds} s. Retry, or give it more deadlineSeconds.`;
    limits.push({ seconds: deadlineSeconds, error: { code: 'WORKFLOW_DEADLINE', message, retryable: true } });
  }
  if (budget.seconds !== undefined) {
    const error = exhausted(`The budget of time is spent: ${whose.toLowerCase()} has taken its ${budget.seconds} s.`);
    limits.push({ seconds: budget.seconds, error });
  }
  return limits;
}

function soonest(limits: readonly Limit[]): Limit | undefined {
  return limits.reduce<Limit | undefined>(
    (one, other) => (one && one.seconds <= other.seconds ? one : other),
    undefined,
  );
}
