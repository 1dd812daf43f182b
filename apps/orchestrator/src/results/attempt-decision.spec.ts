import { type TaskError } from '@baton/contracts';
import { type HeldAttempt } from '@baton/persistence';
import { decideAttempt, endedTask } from './attempt-decision';
import { type AttemptReport } from './attempt-report';

const given = { now: new Date('2026-01-01T00:00:00Z'), random: 0.5 };
const row = (more: Partial<HeldAttempt> = {}): HeldAttempt =>
  ({
    id: 't',
    capability: 'a.b',
    state: 'assigned',
    rank: '0',
    attempt: 2,
    token: 'k',
    agentId: 'g',
    failures: 1,
    losses: 0,
    maxRetries: 1,
    timeoutMs: 1000,
    options: '{"fallback":["c.d"],"metadata":{"m":1}}',
    deadline: null,
    targetAgentId: null,
    attemptDeadline: given.now,
    workflowId: 'w',
    stepId: 's',
    traceparent: null,
    ...more,
  }) as HeldAttempt;
const report = (end: AttemptReport['end']): AttemptReport =>
  ({
    taskId: 't',
    token: 'k',
    attempt: 2,
    agentId: 'g',
    end,
    output: '1',
    phases: { assigned: 'x' },
    actor: 'agent:g',
  }) as AttemptReport;
const error: TaskError = { code: 'BOOM', message: 'boom', retryable: true };

test('a success keeps its output and its phases', () => {
  const decided = decideAttempt(row(), 'running', report({ kind: 'completed' }), given);
  expect(decided.record).toMatchObject({
    from: 'running',
    to: 'completed',
    output: '1',
    error: null,
    details: '{"phases":{"assigned":"x"}}',
  });
  expect(endedTask(row(), decided)).toMatchObject({ state: 'completed', output: '1', workflowId: 'w', stepId: 's' });
});

test('a fallback is used up; everything else the submitter asked for stays', () => {
  const decided = decideAttempt(row(), 'assigned', report({ kind: 'failed', error }), given);
  expect(decided.record).toMatchObject({
    to: 'queued',
    capability: 'c.d',
    options: '{"metadata":{"m":1}}',
    failures: 0,
    output: null,
    reason: 'fallback: BOOM boom',
  });
  expect(endedTask(row(), decided)).toBeUndefined();
});

test('a failure without a way on is final, with the error in the task and in the audit', () => {
  const decided = decideAttempt(row({ options: null }), 'assigned', report({ kind: 'failed', error }), given);
  expect(decided.record).toMatchObject({ to: 'failed', error: JSON.stringify(error), failures: 2, output: null });
  expect(JSON.parse(decided.record.details as string)).toMatchObject({ error: { code: 'BOOM' } });
  expect(endedTask(row(), decided)).toMatchObject({ state: 'failed', error, output: null });
});
