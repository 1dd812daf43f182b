import { type TaskError } from '@baton/contracts';
import { afterAttempt, type AfterAttempt } from '@baton/engine';
import { type AttemptRecord, type HeldAttempt, readTaskOptions, writeTaskOptions } from '@baton/persistence';
import { type AttemptReport } from './attempt-report';
import { type EndedTask } from './ended-task';

export interface Decided {
  readonly report: AttemptReport;
  readonly after: AfterAttempt;
  readonly record: AttemptRecord;
}

/** Turns the end of a current attempt into the record to store. Pure: time and chance are given. */
export function decideAttempt(
  row: HeldAttempt,
  state: 'assigned' | 'running',
  report: AttemptReport,
  given: { readonly now: Date; readonly random: number },
): Decided {
  const options = readTaskOptions(row.options);
  const facts = { ...row, retry: options.retry ?? null, fallback: options.fallback ?? [] };
  const after = afterAttempt(facts, report.end, given.now, given.random);
  const error = 'error' in after ? after.error : null;
  const record: AttemptRecord = {
    taskId: row.id,
    token: row.token,
    from: state,
    to: after.to,
    output: after.to === 'completed' ? report.output : null,
    error: error && JSON.stringify(error),
    failures: 'failures' in after ? after.failures : row.failures,
    losses: 'losses' in after ? after.losses : row.losses,
    runAt: after.to === 'queued' ? after.runAt : null,
    capability: after.to === 'queued' ? after.capability : row.capability,
    options: after.to === 'queued' ? writeTaskOptions({ ...options, fallback: after.fallback }) : row.options,
    actor: report.actor,
    reason: reasonOf(after, error),
    details: detailsOf(report, error),
  };
  return { report, after, record };
}

/** The final state as workflows and listeners need it; undefined while the task goes on. */
export function endedTask(row: HeldAttempt, { after, report }: Decided): EndedTask | undefined {
  if (after.to === 'queued') return undefined;
  return {
    taskId: row.id,
    capability: row.capability,
    state: after.to,
    attempt: row.attempt,
    agentId: row.agentId,
    workflowId: row.workflowId,
    stepId: row.stepId,
    output: after.to === 'completed' ? report.output : null,
    error: 'error' in after ? after.error : null,
  };
}

function reasonOf(after: AfterAttempt, error: TaskError | null): string | null {
  if (after.to === 'queued') return `${after.reason}: ${error?.code ?? ''} ${error?.message ?? ''}`.slice(0, 500);
  return error ? `${error.code} ${error.message}`.slice(0, 500) : null;
}

function detailsOf(report: AttemptReport, error: TaskError | null): string | null {
  if (!report.phases && !error) return null;
  return JSON.stringify({ ...(report.phases ? { phases: report.phases } : {}), ...(error ? { error } : {}) });
}
