import { type RetryPolicy } from '@baton/contracts';

/** Used where a task names none. */
export const defaultRetryPolicy: RetryPolicy = { initialMs: 500, factor: 2, maxMs: 60_000, jitter: 0.2 };

/** Milliseconds before the attempt after the `failures`-th failure (1 = the first). `random` is in [0, 1). */
export function retryDelayMs(policy: RetryPolicy, failures: number, random: number): number {
  const plain = Math.min(policy.initialMs * policy.factor ** Math.max(0, failures - 1), policy.maxMs);
  return Math.round(Math.max(0, plain * (1 + policy.jitter * (2 * random - 1))));
}
