import { type PhaseTimes, type TaskError, taskPhases } from '@baton/contracts';
import { afterAttempt, type AfterAttempt } from '@baton/engine';
import {
  type AttemptRecord,
  type HeldAttempt,
  readTaskOptions,
  type TaskOptions,
  writeTaskOptions,
} from '@baton/persistence';
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
  const { attempt, capability, failures: failed, losses: lost, maxRetries, deadline } = row;
  const { retry = null, fallback = [] } = options;
  const facts = { attempt, capability, failures: failed, losses: lost, maxRetries, deadline, retry, fallback };
  const after = afterAttempt(facts, report.end, given.now, given.random);
  const error = 'error' in after ? after.error : null;
  const { failures, losses } = 'failures' in after ? after : row;
  const record: AttemptRecord = {
    taskId: row.id,
    token: row.token,
    from: state,
    to: after.to,
    output: after.to === 'completed' ? report.output : null,
    error: error && JSON.stringify(error),
    failures,
    losses,
    ...(after.to === 'queued'
      ? nextTry(options, after)
      : { runAt: null, capability: row.capability, options: row.options }),
    actor: report.actor,
    reason: reasonOf(after, error),
    details: detailsOf(report, error),
  };
  return { report, after, record };
}

function nextTry(
  options: TaskOptions,
  after: Extract<AfterAttempt, { to: 'queued' }>,
): Pick<AttemptRecord, 'runAt' | 'capability' | 'options'> {
  const { fallback: _spent, ...rest } = options;
  const left = after.fallback.length > 0 ? { ...rest, fallback: after.fallback } : rest;
  return { runAt: after.runAt, capability: after.capability, options: writeTaskOptions(left) };
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
  if (!error) return null;
  const said = `${error.code} ${error.message}`;
  const reason = after.to === 'queued' ? `${after.reason}: ${said}` : said;
  // PostgreSQL keeps no NUL in text.
  return reason.slice(0, 500).replaceAll('\u0000', '');
}

function detailsOf(report: AttemptReport, error: TaskError | null): string | null {
  if (!report.phases && !error) return null;
  if (report.phases && !error) return `{"phases":${timesJson(report.phases)}}`;
  return JSON.stringify({ ...(report.phases ? { phases: report.phases } : {}), error });
}

/** Times that fit their schema need no escapes: written by hand, as every task has some. */
function timesJson(phases: PhaseTimes): string {
  let json = '';
  for (const phase of taskPhases) {
    const time = phases[phase];
    if (time !== undefined) json += `${json === '' ? '' : ','}"${phase}":"${time}"`;
  }
  return `{${json}}`;
}
