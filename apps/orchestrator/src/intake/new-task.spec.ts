import { type Submit, type TaskId } from '@baton/contracts';
import { newTask } from './new-task';
import { submitFaults } from './submit-faults';

const now = new Date('2026-03-01T12:00:00Z');
const origin = { id: 'id' as TaskId, createdBy: 'user:x' };
const defaults = { timeoutMs: 300_000, maxRetries: 3 };
const made = (submit: Partial<Submit>) =>
  newTask({ capability: 'a.b', input: { n: 1 }, ...submit }, origin, defaults, now);

test('what is left out gets its default', () => {
  expect(made({})).toEqual({
    id: 'id',
    capability: 'a.b',
    priority: 5,
    rank: now.getTime() - 5 * 60_000,
    input: '{"n":1}',
    options: null,
    timeoutMs: 300_000,
    maxRetries: 3,
    runAt: null,
    deadline: null,
    targetAgentId: null,
    idempotencyKey: null,
    workflowId: null,
    stepId: null,
    traceparent: null,
    createdBy: 'user:x',
  });
});

test.each<[string, Partial<Submit>, object]>([
  ['a delay is a start time', { delaySeconds: 1.5 }, { runAt: new Date(now.getTime() + 1500) }],
  ['no delay is now', { delaySeconds: 0 }, { runAt: null }],
  ['a time that has passed is now', { runAt: '2026-03-01T11:59:59Z' }, { runAt: null }],
  [
    'a later time is kept, with its offset',
    { runAt: '2026-03-01T14:00:00+01:00' },
    { runAt: new Date('2026-03-01T13:00:00Z') },
  ],
  [
    'the rank of a scheduled task counts from its start',
    { delaySeconds: 60, priority: 0 },
    { rank: now.getTime() + 60_000 },
  ],
  ['priority makes a task older than it is', { priority: 9 }, { rank: now.getTime() - 9 * 60_000 }],
  ['parts of seconds are rounded up', { timeoutSeconds: 0.0001 }, { timeoutMs: 1 }],
  ['zero retries are zero', { maxRetries: 0 }, { maxRetries: 0 }],
  [
    'a key alone means one at a time',
    { concurrencyKey: 'k' },
    { options: '{"lane":"{\\"concurrencyKey\\":\\"k\\"}","concurrencyKey":"k","concurrencyLimit":1}' },
  ],
  [
    'a partial retry policy is completed',
    { retry: { initialMs: 1 } },
    { options: '{"retry":{"initialMs":1,"factor":2,"maxMs":60000,"jitter":0.2}}' },
  ],
  [
    'a rate limit comes with its key',
    { rateLimitKey: 'r', rateLimit: { limit: 2, perSeconds: 1 } },
    { options: expect.stringContaining('"rateLimitKey":"r","rateLimit":{"limit":2,"perSeconds":1}') },
  ],
  [
    'a spread key is a lane of its own',
    { spreadKey: 's' },
    { options: '{"lane":"{\\"spreadKey\\":\\"s\\"}","spreadKey":"s"}' },
  ],
  [
    'the lane of long keys is hashed, for the index',
    { concurrencyKey: 'k'.repeat(200), tags: Array<string>(20).fill('t'.repeat(200)) },
    { options: expect.stringMatching(/^\{"lane":"[\w-]{43}"/) },
  ],
  ['empty lists are left out', { tags: [], fallback: [] }, { options: null }],
])('%s', (_rule, submit, expected) => {
  expect(made(submit)).toMatchObject(expected);
});

test.each<[string, Partial<Submit>, string[]]>([
  ['nothing is wrong', {}, []],
  ['two start times', { runAt: '2026-03-01T14:00:00Z', delaySeconds: 1 }, ['delaySeconds']],
  ['a limit without a key', { concurrencyLimit: 2 }, ['concurrencyLimit']],
  ['an input over a mebibyte', { input: 'x'.repeat(1024 * 1024) }, ['input']],
])('names the field when there is %s', (_fault, submit, paths) => {
  const full = { capability: 'a.b', input: 1, ...submit };
  expect(submitFaults(full, newTask(full, origin, defaults, now)).map((fault) => fault.path)).toEqual(paths);
});
