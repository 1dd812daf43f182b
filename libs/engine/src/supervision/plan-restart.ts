/**
 * Whether and when a process that ended is started again.
 * S1 A wrong configuration (exit 78) is never started again: the same would happen.
 * S2 Policy `never` starts nothing again.
 * S3 A healthy spell before the end forgets the crashes before it.
 * S4 The delay doubles with each crash in a row, from `initialMs` up to `maxMs`; jitter takes away up to half of it,
 *    so that processes that died together do not come back together.
 */
export interface RestartPolicy {
  readonly policy: 'always' | 'never';
  readonly initialMs: number;
  readonly maxMs: number;
  /** Running this long counts as healthy. */
  readonly healthyMs: number;
}

/** What is known about the process that ended. Times are milliseconds of one clock. */
export interface RestartHistory {
  readonly startedAt: number;
  readonly exitCode: number | null;
  /** Crashes in a row before this end. */
  readonly crashes: number;
}

export type RestartPlan =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly crashes: number }
  | { readonly kind: 'give-up'; readonly reason: string };

export const defaultRestartPolicy: RestartPolicy = {
  policy: 'always',
  initialMs: 1000,
  maxMs: 60_000,
  healthyMs: 60_000,
};

/** The exit code by which a process says that its configuration is wrong. */
const WRONG_CONFIGURATION = 78;

/** `now` is the time of the end; `jitter` is from 0 up to 1. */
export function planRestart(history: RestartHistory, policy: RestartPolicy, now: number, jitter: number): RestartPlan {
  if (history.exitCode === WRONG_CONFIGURATION)
    return { kind: 'give-up', reason: 'its configuration is wrong (exit 78): correct it, then start it again' };
  if (policy.policy === 'never') return { kind: 'give-up', reason: 'its restart policy is never' };
  const healthy = now - history.startedAt >= policy.healthyMs;
  const crashes = healthy ? 1 : history.crashes + 1;
  const full = Math.min(policy.maxMs, policy.initialMs * 2 ** Math.min(crashes - 1, 30));
  return { kind: 'restart', delayMs: Math.round(full * (1 - jitter / 2)), crashes };
}
