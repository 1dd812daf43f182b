import { type PhaseTimes, type TaskError, taskPhases } from '@baton/contracts';
import { afterAttempt, type AfterAttempt, type RequeueReason, type RetryBudgets } from '@baton/engine';
import {
  type AttemptRecord,
  type HeldAttempt,
  readTaskOptions,
  type TaskOptions,
  type TreeTotals,
  writeTaskOptions,
} from '@baton/persistence';
import { type AttemptReport } from './attempt-report';
import { type EndedTask } from './ended-task';

export interface Decided {
  readonly report: AttemptReport;
  readonly after: AfterAttempt;
  readonly record: AttemptRecord;
}

/** Time, chance, and what the capability has left for retries. */
export interface Given {
  readonly now: Date;
  readonly random: number;
  /** See AttemptRecord. */
  readonly turnAt?: Date | null;
  /** Asked once for each retry. */
  readonly budget?: Pick<RetryBudgets, 'spend'>;
}

/** Turns the end of a current attempt into the record to store. Pure: time and chance are given. */
export function decideAttempt(
  row: HeldAttempt,
  state: 'assigned' | 'running',
  report: AttemptReport,
  given: Given,
): Decided {
  const options = readTaskOptions(row.options);
  const after = afterEnd(row, options, report, given);
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
      ? nextTry(row, options, after)
      : { runAt: null, capability: row.capability, options: row.options }),
    actor: report.actor,
    reason: reasonOf(after, error) ?? whatFor(report),
    details: detailsOf(report, error),
    cost: report.cost ?? null,
    quality: report.quality === undefined ? null : JSON.stringify(report.quality),
    turnAt: given.turnAt ?? null,
  };
  return { report, after, record };
}

function afterEnd(row: HeldAttempt, options: TaskOptions, report: AttemptReport, given: Given): AfterAttempt {
  const { attempt, capability, failures, losses, maxRetries, deadline } = row;
  const { retry = null, fallback = [] } = options;
  const firstStart = retry?.maxElapsedSeconds === undefined ? undefined : new Date(firstStartMs(row, options));
  const facts = { attempt, capability, failures, losses, maxRetries, deadline, retry, fallback, firstStart };
  const after = afterAttempt(facts, report.end, given.now, given.random);
  if (after.to !== 'queued' || after.reason !== 'retry' || !given.budget) return after;
  if (given.budget.spend(capability, given.now.getTime())) return after;
  const slow = afterAttempt({ ...facts, budgetSpent: true }, report.end, given.now, given.random);
  // Waiting longer must not mean never.
  return slow.to === 'queued' ? slow : after;
}

/** An attempt has `timeoutMs` from its start to its deadline. */
function firstStartMs(row: HeldAttempt, options: TaskOptions): number {
  return options.firstStartMs ?? row.attemptDeadline.getTime() - row.timeoutMs;
}

function nextTry(
  row: HeldAttempt,
  options: TaskOptions,
  after: Extract<AfterAttempt, { to: 'queued' }>,
): Pick<AttemptRecord, 'runAt' | 'capability' | 'options'> {
  const { fallback: _spent, ...rest } = options;
  const left = {
    ...rest,
    ...(after.fallback.length > 0 ? { fallback: after.fallback } : {}),
    ...(options.retry?.maxElapsedSeconds === undefined ? {} : { firstStartMs: firstStartMs(row, options) }),
  };
  return { runAt: after.runAt, capability: after.capability, options: writeTaskOptions(left) };
}

/** What is known of an ended task beyond its own row. */
export interface EndFacts {
  readonly agentName?: string | undefined;
  /** Of the task and all it has spawned; needed of one that has spawned. */
  readonly totals?: Pick<TreeTotals, 'cost' | 'spawned'> | undefined;
}

/** The final state as workflows and listeners need it; undefined while the task goes on. */
export function endedTask(row: HeldAttempt, decided: Decided, facts: EndFacts = {}): EndedTask | undefined {
  const { after, report } = decided;
  if (after.to === 'queued' || after.to === 'waiting') return undefined;
  const { agentName, totals } = facts;
  return {
    taskId: row.id,
    capability: row.capability,
    state: after.to,
    attempt: row.attempt,
    agentId: row.agentId,
    agent: agentName === undefined ? null : { id: row.agentId, name: agentName },
    cost: totals ? totals.cost : ownCost(row, report),
    spawned: totals?.spawned ?? 0,
    parentId: row.parentId,
    workflowId: row.workflowId,
    stepId: row.stepId,
    output: after.to === 'completed' ? report.output : null,
    error: 'error' in after ? after.error : null,
  };
}

function ownCost({ cost: before }: HeldAttempt, { cost }: AttemptReport): number | null {
  return cost === undefined ? before : (before ?? 0) + cost;
}

function whatFor({ batch }: AttemptReport): string | null {
  return batch ? `waits for ${batch.tasks.length} subtask(s): batch "${batch.key}"` : null;
}

const requeueReasons: Readonly<Record<RequeueReason, string>> = {
  retry: 'retry',
  'slow-retry': 'retry, late as the retry budget of the capability is spent',
  reassign: 'reassign',
  fallback: 'fallback',
};

function reasonOf(after: AfterAttempt, error: TaskError | null): string | null {
  if (!error) return null;
  const said = `${error.code} ${error.message}`;
  const reason = after.to === 'queued' ? `${requeueReasons[after.reason]}: ${said}` : said;
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
