import { type RetryPolicy, type Submit, type TaskId, type WorkflowId } from '@baton/contracts';
import { defaultRetryPolicy, taskRank } from '@baton/engine';
import { type NewTask, type TaskOptions, writeTaskOptions } from '@baton/persistence';

/** What a submission that leaves it out gets. */
export interface TaskDefaults {
  readonly timeoutMs: number;
  readonly maxRetries: number;
}
export interface TaskOrigin {
  readonly id: TaskId;
  readonly createdBy: string;
  readonly traceparent?: string | undefined;
  readonly workflowId?: WorkflowId;
  readonly stepId?: string;
}

const DEFAULT_PRIORITY = 5;

/** A validated submission as the row it becomes. Pure. */
export function newTask(submit: Submit, origin: TaskOrigin, defaults: TaskDefaults, now: Date): NewTask {
  const {
    priority = DEFAULT_PRIORITY,
    maxRetries = defaults.maxRetries,
    idempotencyKey = null,
    agentId = null,
  } = submit;
  const { traceparent = null, workflowId = null, stepId = null } = origin;
  const runAt = startTime(submit, now);
  return {
    id: origin.id,
    capability: submit.capability,
    priority,
    rank: taskRank((runAt ?? now).getTime(), priority),
    input: JSON.stringify(submit.input),
    options: writeTaskOptions(taskOptions(submit)),
    timeoutMs: Math.ceil((submit.timeoutSeconds ?? defaults.timeoutMs / 1000) * 1000),
    maxRetries,
    runAt,
    deadline: timeOrNull(submit.deadline),
    targetAgentId: agentId,
    idempotencyKey,
    workflowId,
    stepId,
    traceparent,
    createdBy: origin.createdBy,
  };
}

function timeOrNull(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

/** When the task may first run; null: now. */
function startTime(submit: Submit, now: Date): Date | null {
  const wanted =
    submit.runAt === undefined ? new Date(now.getTime() + (submit.delaySeconds ?? 0) * 1000) : new Date(submit.runAt);
  return wanted > now ? wanted : null;
}

function taskOptions(submit: Submit): TaskOptions {
  const { version, resources, optional, metadata } = submit;
  return {
    ...(version === undefined ? {} : { version }),
    ...(submit.tags?.length ? { tags: submit.tags } : {}),
    ...(resources ? { resources } : {}),
    ...(submit.retry ? { retry: { ...defaultRetryPolicy, ...submit.retry } satisfies RetryPolicy } : {}),
    ...(submit.fallback?.length ? { fallback: submit.fallback } : {}),
    ...keyOptions(submit),
    ...(optional ? { optional } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

function keyOptions(submit: Submit): TaskOptions {
  const { concurrencyKey, rateLimitKey, rateLimit } = submit;
  if (concurrencyKey === undefined && rateLimitKey === undefined) return {};
  const concurrency =
    concurrencyKey === undefined ? {} : { concurrencyKey, concurrencyLimit: submit.concurrencyLimit ?? 1 };
  const rate = rateLimitKey === undefined || !rateLimit ? {} : { rateLimitKey, rateLimit };
  return { lane: laneOf(concurrencyKey, rateLimitKey), ...concurrency, ...rate };
}

/** The same text for the same keys, and for no others. */
function laneOf(concurrencyKey: string | undefined, rateLimitKey: string | undefined): string {
  if (rateLimitKey === undefined) return `c:${concurrencyKey}`;
  return concurrencyKey === undefined ? `r:${rateLimitKey}` : JSON.stringify([concurrencyKey, rateLimitKey]);
}
