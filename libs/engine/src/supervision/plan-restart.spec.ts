import { defaultRestartPolicy, planRestart, type RestartHistory, type RestartPlan } from './plan-restart';

const SECOND = 1000;
const now = 1_000 * SECOND;
const ended = (crashes: number, ranMs = 5 * SECOND, exitCode: number | null = 1): RestartHistory => ({
  startedAt: now - ranMs,
  exitCode,
  crashes,
});
const again = (delayMs: number, crashes: number): RestartPlan => ({ kind: 'restart', delayMs, crashes });

test.each([
  ['the first crash waits a second', ended(0), 0, again(1 * SECOND, 1)],
  ['S4 the second waits twice as long', ended(1), 0, again(2 * SECOND, 2)],
  ['S4 the sixth', ended(5), 0, again(32 * SECOND, 6)],
  ['S4 never more than a minute', ended(6), 0, again(60 * SECOND, 7)],
  ['S4 not even after a thousand', ended(1000), 0, again(60 * SECOND, 1001)],
  ['S4 jitter takes away up to half', ended(1), 1, again(1 * SECOND, 2)],
  ['S3 a healthy spell forgets', ended(6, 60 * SECOND), 0, again(1 * SECOND, 1)],
  ['S3 a little less than a healthy spell does not', ended(6, 60 * SECOND - 1), 0, again(60 * SECOND, 7)],
  ['killed by a signal counts as a crash', ended(0, 5, null), 0, again(1 * SECOND, 1)],
] satisfies [string, RestartHistory, number, RestartPlan][])('%s', (_rule, history, jitter, expected) => {
  expect(planRestart(history, defaultRestartPolicy, now, jitter)).toEqual(expected);
});

test('S1 a wrong configuration is not started again', () => {
  expect(planRestart(ended(0, 5, 78), defaultRestartPolicy, now, 0)).toMatchObject({ kind: 'give-up' });
});

test('S2 policy never', () => {
  const never = { ...defaultRestartPolicy, policy: 'never' as const };
  expect(planRestart(ended(0), never, now, 0)).toEqual({ kind: 'give-up', reason: 'its restart policy is never' });
});
