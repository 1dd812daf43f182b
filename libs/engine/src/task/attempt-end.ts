import { type RetryPolicy, type TaskError } from '@baton/contracts';
import { defaultRetryPolicy, retryDelayMs } from './retry-delay';

/**
 * What follows from the end of one attempt. Rules:
 * T1 Success and cancellation are final.
 * T2 A retryable failure goes back to the queue after a back-off while retries are left.
 * T3 When they are spent, or the failure is not retryable, the next fallback capability gets a fresh set of retries.
 * T4 An attempt lost with its agent, or handed back by it, is not the task's fault: it costs no retry; but a task that
 *    takes down `maxLosses` agents is given up.
 * T5 Past its deadline a task fails instead of being tried again.
 * T6 What is handed back again and again goes out more and more slowly, and after `maxAttempts` no more.
 * T7 No attempt begins later than `maxElapsedSeconds` after the first began.
 * T8 A retry beyond the budget of its capability waits as long as the policy lets it wait at most.
 * T9 An attempt that ends to wait for spawned tasks costs no retry; but after `maxAttempts` it is given up.
 */
export interface AttemptFacts {
  /** The number of this attempt; 1 for the first. */
  readonly attempt: number;
  readonly capability: string;
  readonly failures: number;
  readonly losses: number;
  readonly maxRetries: number;
  readonly retry: RetryPolicy | null;
  /** Capabilities not tried yet. */
  readonly fallback: readonly string[];
  readonly deadline: Date | null;
  /** When the first attempt began; needed for T7 only. */
  readonly firstStart?: Date | undefined;
  readonly budgetSpent?: boolean;
}

export type AttemptEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly error: TaskError }
  | { readonly kind: 'lost'; readonly error: TaskError }
  | { readonly kind: 'handed-back'; readonly error: TaskError };

export type RequeueReason = 'retry' | 'slow-retry' | 'reassign' | 'fallback';

export type AfterAttempt =
  | { readonly to: 'completed' | 'canceled' | 'waiting' }
  | { readonly to: 'failed'; readonly error: TaskError; readonly failures: number; readonly losses: number }
  | {
      readonly to: 'queued';
      readonly error: TaskError;
      readonly failures: number;
      readonly losses: number;
      /** Not before this time; null: at once. */
      readonly runAt: Date | null;
      readonly capability: string;
      readonly fallback: readonly string[];
      readonly reason: RequeueReason;
    };

/** Agents one task may take down before it is given up. */
export const maxLosses = 10;

export function afterAttempt(facts: AttemptFacts, end: AttemptEnd, now: Date, random: number): AfterAttempt {
  switch (end.kind) {
    case 'completed':
    case 'canceled':
      return { to: end.kind };
    case 'waiting':
      return afterSpawn(facts);
    case 'lost':
      return afterLoss(facts, end.error, now);
    case 'handed-back':
      return afterHandBack(facts, end.error, now);
    case 'failed':
      return afterFailure(facts, end.error, now, random);
  }
}

/** Times a task is given out at most, whatever brings it back. */
export const maxAttempts = 1000;
/** The first hand-backs go elsewhere at once: an agent was leaving, or its inbox gone. */
const FREE_HAND_BACKS = 3;
const HAND_BACK_STEP_MS = 20;
const HAND_BACK_MAX_MS = 1000;

function afterHandBack(facts: AttemptFacts, error: TaskError, now: Date): AfterAttempt {
  if (facts.attempt >= maxAttempts) {
    const message = `Given up after ${facts.attempt} attempts; the last was handed back: ${error.message}`;
    const { failures, losses } = facts;
    return { to: 'failed', error: { code: 'ALWAYS_HANDED_BACK', message, retryable: false }, failures, losses };
  }
  const waitMs = Math.min(Math.max(0, facts.attempt - FREE_HAND_BACKS) * HAND_BACK_STEP_MS, HAND_BACK_MAX_MS);
  if (waitMs === 0) return requeue(facts, error, { reason: 'reassign' }, now);
  return requeue(facts, error, { reason: 'reassign', runAt: new Date(now.getTime() + waitMs) }, now);
}

function afterSpawn({ attempt, failures, losses }: AttemptFacts): AfterAttempt {
  if (attempt < maxAttempts) return { to: 'waiting' };
  const message = `Given up after ${attempt} attempts, the last of which waits for spawned tasks once more`;
  return { to: 'failed', error: { code: 'ALWAYS_WAITING', message, retryable: false }, failures, losses };
}

function afterLoss(facts: AttemptFacts, error: TaskError, now: Date): AfterAttempt {
  const losses = facts.losses + 1;
  if (losses < maxLosses) return requeue(facts, error, { losses, reason: 'reassign' }, now);
  const message = `Given up after ${losses} agents were lost with it; the last: ${error.message}`;
  return { to: 'failed', error: { code: 'AGENT_LOST', message, retryable: false }, failures: facts.failures, losses };
}

function afterFailure(facts: AttemptFacts, error: TaskError, now: Date, random: number): AfterAttempt {
  const failures = facts.failures + 1;
  const policy = facts.retry ?? defaultRetryPolicy;
  if (isWorthRetrying(error, policy) && failures <= facts.maxRetries) {
    const delayMs = retryDelayMs(policy, failures, random);
    const slow = facts.budgetSpent === true;
    const runAt = new Date(now.getTime() + (slow ? Math.max(delayMs, policy.maxMs) : delayMs));
    return requeue(facts, error, { failures, reason: slow ? 'slow-retry' : 'retry', runAt }, now);
  }
  const [next, ...fallback] = facts.fallback;
  if (next === undefined) return { to: 'failed', error, failures, losses: facts.losses };
  return requeue(facts, error, { failures: 0, reason: 'fallback', capability: next, fallback }, now);
}

function isWorthRetrying(error: TaskError, { nonRetryable }: RetryPolicy): boolean {
  return error.retryable && nonRetryable?.includes(error.code) !== true;
}

interface Requeue {
  readonly reason: RequeueReason;
  readonly failures?: number;
  readonly losses?: number;
  readonly runAt?: Date;
  readonly capability?: string;
  readonly fallback?: readonly string[];
}

function requeue(facts: AttemptFacts, error: TaskError, change: Requeue, now: Date): AfterAttempt {
  const { failures = facts.failures, losses = facts.losses, runAt = null } = change;
  const tooLate = whyTooLate(facts, error, runAt ?? now);
  if (tooLate) return { to: 'failed', error: tooLate, failures, losses };
  const { capability = facts.capability, fallback = facts.fallback, reason } = change;
  return { to: 'queued', error, failures, losses, runAt, capability, fallback, reason };
}

/** The error of a task whose next attempt could not begin before this time; undefined: it may begin. */
function whyTooLate(
  { deadline, retry, firstStart }: AttemptFacts,
  error: TaskError,
  begin: Date,
): TaskError | undefined {
  if (deadline && begin >= deadline) {
    const message = `Its deadline ${deadline.toISOString()} leaves no time for another attempt; the last: ${error.message}`;
    return { code: 'DEADLINE_EXCEEDED', message, retryable: false };
  }
  if (!firstStart || retry?.maxElapsedSeconds === undefined) return undefined;
  const last = new Date(firstStart.getTime() + retry.maxElapsedSeconds * 1000);
  if (begin <= last) return undefined;
  return {
    ...error,
    message: `${error.message} (no further attempt: maxElapsedSeconds ended at ${last.toISOString()})`,
  };
}
