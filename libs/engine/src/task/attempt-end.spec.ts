import { type TaskError } from '@baton/contracts';
import fc from 'fast-check';
import {
  afterAttempt,
  type AfterAttempt,
  type AttemptEnd,
  type AttemptFacts,
  maxAttempts,
  maxLosses,
} from './attempt-end';
import { isTaskTransition } from './task-transitions';

const now = new Date('2026-01-01T00:00:00Z');
const policy = { initialMs: 100, factor: 2, maxMs: 1000, jitter: 0 };
const facts = (more: Partial<AttemptFacts> = {}): AttemptFacts => ({
  attempt: 1,
  capability: 'a.b',
  failures: 0,
  losses: 0,
  maxRetries: 2,
  retry: policy,
  fallback: [],
  deadline: null,
  ...more,
});
const boom: TaskError = { code: 'BOOM', message: 'boom', retryable: true };
const failed: AttemptEnd = { kind: 'failed', error: boom };
const fatal: AttemptEnd = { kind: 'failed', error: { ...boom, retryable: false } };
const lost: AttemptEnd = { kind: 'lost', error: boom };
const back: AttemptEnd = { kind: 'handed-back', error: boom };
const inMs = (ms: number): Date => new Date(now.getTime() + ms);

const elapsed = (maxElapsedSeconds: number): Partial<AttemptFacts> => ({
  retry: { ...policy, maxElapsedSeconds },
  firstStart: now,
});

test.each([
  ['T1 success is final', facts(), { kind: 'completed' }, { to: 'completed' }],
  ['T1 cancellation is final', facts(), { kind: 'canceled' }, { to: 'canceled' }],
  ['T9 waiting for spawned tasks costs nothing', facts({ failures: 2 }), { kind: 'waiting' }, { to: 'waiting' }],
  [
    'T2 a failure waits out its back-off',
    facts(),
    failed,
    { to: 'queued', failures: 1, runAt: inMs(100), reason: 'retry' },
  ],
  ['T2 which grows', facts({ failures: 1 }), failed, { to: 'queued', failures: 2, runAt: inMs(200) }],
  ['T2 a policy is not needed', facts({ retry: null }), failed, { to: 'queued', runAt: inMs(500) }],
  ['T3 until the retries are spent', facts({ failures: 2 }), failed, { to: 'failed', error: boom, failures: 3 }],
  ['T3 a failure that cannot be retried is final', facts(), fatal, { to: 'failed', failures: 1 }],
  [
    'T3 unless there is a fallback, which starts afresh',
    facts({ failures: 2, fallback: ['c.d', 'e.f'] }),
    failed,
    { to: 'queued', capability: 'c.d', fallback: ['e.f'], failures: 0, runAt: null, reason: 'fallback' },
  ],
  [
    'T4 a lost attempt costs no retry',
    facts({ failures: 2 }),
    lost,
    { to: 'queued', failures: 2, losses: 1, runAt: null, reason: 'reassign' },
  ],
  ['T4 nor does one that was handed back', facts({ losses: 3 }), back, { to: 'queued', losses: 3, reason: 'reassign' }],
  [
    'T4 a task that takes down agents is given up',
    facts({ losses: maxLosses - 1 }),
    lost,
    { to: 'failed', losses: maxLosses },
  ],
  ['T6 a hand-back goes out again at once', facts({ attempt: 3 }), back, { to: 'queued', runAt: null }],
  ['T6 but not for ever', facts({ attempt: 4 }), back, { to: 'queued', runAt: inMs(20) }],
  ['T6 at most a second apart', facts({ attempt: 900 }), back, { to: 'queued', runAt: inMs(1000) }],
  ['T6 and at last no more', facts({ attempt: maxAttempts }), back, { to: 'failed', failures: 0, losses: 0 }],
  ['T5 no retry begins after the deadline', facts({ deadline: inMs(100) }), failed, { to: 'failed', failures: 1 }],
  ['T5 one that can still begin does', facts({ deadline: inMs(101) }), failed, { to: 'queued' }],
  ['T5 a reassignment after the deadline neither', facts({ deadline: now }), lost, { to: 'failed', losses: 1 }],
  [
    'T3 nor does one that its task calls not retryable, also with a fallback',
    facts({ retry: { ...policy, nonRetryable: ['BOOM'] }, fallback: ['c.d'] }),
    failed,
    { to: 'queued', reason: 'fallback', failures: 0 },
  ],
  ['T3 other codes are', facts({ retry: { ...policy, nonRetryable: ['OTHER'] } }), failed, { to: 'queued' }],
  ['T7 no retry begins too late', facts(elapsed(0.05)), failed, { to: 'failed', failures: 1 }],
  ['T7 one that begins in time does', facts(elapsed(0.1)), failed, { to: 'queued', runAt: inMs(100) }],
  ['T7 a reassignment neither', facts({ ...elapsed(1), firstStart: inMs(-1001) }), lost, { to: 'failed', losses: 1 }],
  ['T7 nor a fallback', facts({ ...elapsed(1), firstStart: inMs(-1001), fallback: ['c.d'] }), fatal, { to: 'failed' }],
  ['T8 beyond the budget it waits', facts({ budgetSpent: true }), failed, { reason: 'slow-retry', runAt: inMs(1000) }],
] satisfies [string, AttemptFacts, AttemptEnd, Partial<AfterAttempt>][])('%s', (_rule, given, end, expected) => {
  expect(afterAttempt(given, end, now, 0.5)).toMatchObject(expected);
});

test('T9 one that waits for ever is given up', () => {
  const after = afterAttempt(facts({ attempt: maxAttempts }), { kind: 'waiting' }, now, 0);
  expect(after).toMatchObject({ to: 'failed', error: { code: 'ALWAYS_WAITING', retryable: false } });
});

test('T5 the message of a missed deadline tells what happened last', () => {
  const after = afterAttempt(facts({ deadline: now }), failed, now, 0);
  expect(after).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED', message: expect.stringContaining('boom') } });
});

test('whatever happens, a task ends after a bounded number of attempts, by legal transitions', () => {
  const end = fc.constantFrom(failed, fatal, lost);
  const given = fc.record({
    maxRetries: fc.nat(5),
    fallback: fc.array(fc.constantFrom('c.d', 'e.f'), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(given, fc.array(end, { minLength: 100, maxLength: 100 }), ({ maxRetries, fallback }, ends) => {
      let current = facts({ maxRetries, fallback });
      const bound = (maxRetries + 1) * (fallback.length + 1) + maxLosses;
      for (const [index, one] of ends.entries()) {
        const after = afterAttempt(current, one, now, 0.5);
        expect(isTaskTransition('assigned', after.to)).toBe(true);
        if (after.to !== 'queued') return expect(index).toBeLessThanOrEqual(bound);
        current = { ...current, ...after };
      }
      throw new Error('a task that never ends');
    }),
  );
});
