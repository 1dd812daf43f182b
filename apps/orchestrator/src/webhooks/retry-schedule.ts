const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** When a webhook's delivery is tried again, and when it is given up. */
export interface RetrySchedule {
  /** Milliseconds before the second, third, … attempt; the last one counts for all that follow. */
  readonly delaysMs: readonly number[];
  /** From its creation; what would be tried later is given up. */
  readonly giveUpAfterMs: number;
}

/** About eighty attempts over three days. */
export const retrySchedule: RetrySchedule = {
  delaysMs: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 60 * MINUTE],
  giveUpAfterMs: 3 * 24 * 60 * MINUTE,
};

/**
 * Milliseconds until the next attempt after `attempts` that failed, 20 % more or less by `chance` (0 to 1), so that what
 * failed together does not come together; undefined: give up. Pure.
 */
export function nextAttemptMs(
  schedule: RetrySchedule,
  tried: { readonly attempts: number; readonly ageMs: number },
  chance: number,
): number | undefined {
  const { delaysMs, giveUpAfterMs } = schedule;
  const delay = delaysMs[Math.min(tried.attempts, delaysMs.length) - 1] ?? 0;
  const inMs = Math.round(delay * (0.8 + 0.4 * chance));
  return tried.ageMs + inMs > giveUpAfterMs ? undefined : inMs;
}
