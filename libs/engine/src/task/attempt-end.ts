import { type RetryPolicy, type TaskError } from '@baton/contracts';
import { defaultRetryPolicy, retryDelayMs } from './retry-delay';

/**
 * What follows from the end of one attempt. Rules:
 * T1 Success and cancellation are final.
 * T2 A retryable failure goes back to the queue after a back-off while retries are left.
 * T3 When they are spent, or the failure is not retryable, the next fallback capability gets a fresh set of retries.
 * T4 An attempt lost with its agent, or handed back by it, is not the task's fault: it costs no retry and waits for
 *    nothing; but a task that takes down `maxLosses` agents is given up.
 * T5 Past its deadline a task fails instead of being tried again.
 */
export interface AttemptFacts {
  readonly capability: string;
  readonly failures: number;
  readonly losses: number;
  readonly maxRetries: number;
  readonly retry: RetryPolicy | null;
  /** Capabilities not tried yet. */
  readonly fallback: readonly string[];
  readonly deadline: Date | null;
}

export type AttemptEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'failed'; readonly error: TaskError }
  | { readonly kind: 'lost'; readonly error: TaskError }
  | { readonly kind: 'handed-back'; readonly error: TaskError };

export type AfterAttempt =
  | { readonly to: 'completed' | 'canceled' }
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
      readonly reason: 'retry' | 'reassign' | 'fallback';
    };

/** Agents one task may take down before it is given up. */
export const maxLosses = 10;

export function afterAttempt(facts: AttemptFacts, end: AttemptEnd, now: Date, random: number): AfterAttempt {
  switch (end.kind) {
    case 'completed':
    case 'canceled':
      return { to: end.kind };
    case 'lost':
      return afterLoss(facts, end.error, now);
    case 'handed-back':
      return requeue(facts, end.error, { reason: 'reassign' }, now);
    case 'failed':
      return afterFailure(facts, end.error, now, random);
  }
}

function afterLoss(facts: AttemptFacts, error: TaskError, now: Date): AfterAttempt {
  const losses = facts.losses + 1;
  if (losses < maxLosses) return requeue(facts, error, { losses, reason: 'reassign' }, now);
  const message = `Given up after ${losses} agents were lost with it; the last: ${error.message}`;
  return { to: 'failed', error: { code: 'AGENT_LOST', message, retryable: false }, failures: facts.failures, losses };
}

function afterFailure(facts: AttemptFacts, error: TaskError, now: Date, random: number): AfterAttempt {
  const failures = facts.failures + 1;
  if (error.retryable && failures <= facts.maxRetries) {
    const delayMs = retryDelayMs(facts.retry ?? defaultRetryPolicy, failures, random);
    return requeue(facts, error, { failures, reason: 'retry', runAt: new Date(now.getTime() + delayMs) }, now);
  }
  const [next, ...fallback] = facts.fallback;
  if (next === undefined) return { to: 'failed', error, failures, losses: facts.losses };
  return requeue(facts, error, { failures: 0, reason: 'fallback', capability: next, fallback }, now);
}

interface Requeue {
  readonly reason: 'retry' | 'reassign' | 'fallback';
  readonly failures?: number;
  readonly losses?: number;
  readonly runAt?: Date;
  readonly capability?: string;
  readonly fallback?: readonly string[];
}

function requeue(facts: AttemptFacts, error: TaskError, change: Requeue, now: Date): AfterAttempt {
  const failures = change.failures ?? facts.failures;
  const losses = change.losses ?? facts.losses;
  const runAt = change.runAt ?? null;
  if (facts.deadline && (runAt ?? now) >= facts.deadline) {
    const message = `Its deadline ${facts.deadline.toISOString()} leaves no time for another attempt; the last: ${error.message}`;
    return { to: 'failed', error: { code: 'DEADLINE_EXCEEDED', message, retryable: false }, failures, losses };
  }
  const capability = change.capability ?? facts.capability;
  const fallback = change.fallback ?? facts.fallback;
  return { to: 'queued', error, failures, losses, runAt, capability, fallback, reason: change.reason };
}
