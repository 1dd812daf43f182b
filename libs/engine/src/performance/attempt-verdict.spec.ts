import { attemptVerdict, type Verdict } from './attempt-verdict';

test.each([
  ['failed', 'CAPABILITY_FAILED', 'failure'],
  ['failed', 'TASK_TIMEOUT', 'failure'],
  ['failed', 'OUTPUT_INVALID', 'failure'],
  ['failed', 'OUT_OF_MEMORY', 'failure'],
  ['lost', 'AGENT_LOST', 'failure'],
  ['failed', 'INPUT_INVALID', 'nothing'],
  ['failed', 'PATH_NOT_FOUND', 'nothing'],
  ['failed', 'NO_SUCH_CITY', 'nothing'],
  ['failed', 'OUTPUT_TOO_LARGE', 'nothing'],
  ['failed', 'TASK_UNSENDABLE', 'nothing'],
  ['failed', 'SPAWN_LIMIT', 'nothing'],
  ['failed', 'SUBTASK_FAILED', 'nothing'],
  ['handed-back', 'AGENT_FULL', 'nothing'],
] satisfies ['failed' | 'lost' | 'handed-back', string, Verdict][])('%s with %s is %s', (kind, code, verdict) => {
  expect(attemptVerdict({ kind, error: { code, message: '', retryable: false } })).toBe(verdict);
  expect(attemptVerdict({ kind, error: { code, message: '', retryable: true } })).toBe(verdict);
});

test('success is one, cancellation says nothing, nor does waiting', () => {
  expect(attemptVerdict({ kind: 'completed' })).toBe('success');
  expect(attemptVerdict({ kind: 'canceled' })).toBe('nothing');
  expect(attemptVerdict({ kind: 'waiting' })).toBe('nothing');
});
