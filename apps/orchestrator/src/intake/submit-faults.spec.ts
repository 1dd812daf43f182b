import { type Submit, submitLimits } from '@baton/contracts';
import { submitFaults } from './submit-faults';

const small = { input: '1', options: null };
const pathsOf = (more: Partial<Submit>, task: { input: string; options: string | null } = small): string[] =>
  submitFaults({ capability: 'a.b', input: 1, ...more }, task).map(({ path }) => path);

test.each<[string, Partial<Submit>, string[]]>([
  ['runAt and a delay', { runAt: '2099-01-01T00:00:00Z', delaySeconds: 1 }, ['delaySeconds']],
  ['a limit without a key', { concurrencyLimit: 2 }, ['concurrencyLimit']],
  ['a rate without a key', { rateLimit: { limit: 1, perSeconds: 1 } }, ['rateLimit']],
  ['a rate key without a rate', { rateLimitKey: 'r' }, ['rateLimitKey']],
  ['a leap second', { runAt: '2016-12-31T23:59:60Z', deadline: '2016-12-31T23:59:60Z' }, ['runAt', 'deadline']],
  ['half a surrogate pair as a key', { idempotencyKey: 'a\ud800' }, ['idempotencyKey']],
  ['a whole pair as a key', { idempotencyKey: '\u{1f600}' }, []],
  ['nothing wrong', { deadline: '2099-01-01T00:00:00Z', concurrencyKey: 'k', concurrencyLimit: 2 }, []],
])('%s', (_what, submit, paths) => {
  expect(pathsOf(submit)).toEqual(paths);
});

test('size is that of the bytes, and metadata counts with the input', () => {
  const { payloadBytes } = submitLimits;
  const text = (bytes: number): string => '\u00e4'.repeat(bytes / 2);
  expect(pathsOf({}, { input: text(payloadBytes), options: null })).toEqual([]);
  expect(pathsOf({}, { input: text(payloadBytes + 2), options: null })).toEqual(['input']);
  expect(pathsOf({}, { input: '1', options: text(payloadBytes) })).toEqual(['metadata']);
});
