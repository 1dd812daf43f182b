import { createHash } from 'node:crypto';
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
  /** Steps of the workflow that wait for this one, in the longest chain. */
  readonly stepsBehind?: number;
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
    rank: taskRank((runAt ?? now).getTime(), priority, origin.stepsBehind),
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
  const { optional, metadata, spawning } = submit;
  return {
    ...wantOptions(submit),
    ...(submit.retry ? { retry: { ...defaultRetryPolicy, ...submit.retry } satisfies RetryPolicy } : {}),
    ...(submit.fallback?.length ? { fallback: submit.fallback } : {}),
    ...keyOptions(submit),
    ...(optional ? { optional } : {}),
    ...(spawning ? { spawning } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

function wantOptions(submit: Submit): TaskOptions {
  const lane = laneOf(submit);
  if (lane === undefined) return {};
  const { version, resources, tags } = submit;
  return {
    lane,
    ...(version === undefined ? {} : { version }),
    ...(tags?.length ? { tags } : {}),
    ...(resources ? { resources } : {}),
  };
}

function keyOptions(submit: Submit): TaskOptions {
  const { concurrencyKey, concurrencyLimit = 1, rateLimitKey, rateLimit, spreadKey } = submit;
  return {
    ...(concurrencyKey === undefined ? {} : { concurrencyKey, concurrencyLimit }),
    ...(rateLimitKey === undefined || !rateLimit ? {} : { rateLimitKey, rateLimit }),
    ...(spreadKey === undefined ? {} : { spreadKey }),
  };
}

/** Longer ones are hashed: the database keeps lanes in an index. */
const LANE_LENGTH = 100;

/** The same text for all tasks that ask for the same beyond the capability; undefined for those that ask for nothing. */
function laneOf(submit: Submit): string | undefined {
  const { concurrencyKey, rateLimitKey, spreadKey, agentId, version, resources } = submit;
  const tags = submit.tags?.length ? submit.tags : undefined;
  const asked = { concurrencyKey, rateLimitKey, spreadKey, agentId, tags, version, resources };
  const text = JSON.stringify(asked);
  if (text === '{}') return undefined;
  return text.length <= LANE_LENGTH ? text : createHash('sha256').update(text).digest('base64url');
}
