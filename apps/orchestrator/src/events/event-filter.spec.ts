import { type EventFilter, matches } from './event-filter';
import { toPosition, toSequence } from './mesh-event';

const event = {
  type: 'task.completed',
  subject: 'task',
  id: 't1',
  from: 'running',
  to: 'completed',
  attempt: 1,
  agentId: null,
  workflowId: 'w1',
  actor: 'orchestrator',
  reason: null,
  at: '2026-01-01T00:00:00.000Z',
};

test.each([
  ['nothing asked for is everything', {}, true],
  ['its type', { types: ['task.failed', 'task.completed'] }, true],
  ['all of its subject', { types: ['task.*'] }, true],
  ['another type', { types: ['task.failed'] }, false],
  ['another subject', { types: ['workflow.*'] }, false],
  ['its task', { taskId: 't1' }, true],
  ['another task', { taskId: 't2' }, false],
  ['its workflow', { workflowId: 'w1' }, true],
  ['its workflow but another type', { workflowId: 'w1', types: ['workflow.*'] }, false],
] satisfies [string, EventFilter, boolean][])('%s', (_name, filter, expected) => {
  expect(matches(filter, event)).toBe(expected);
});

test('a sequence number holds the transaction and the place in it, exactly', () => {
  for (const position of [
    { txid: 0, ordinal: 0 },
    { txid: 744, ordinal: 1 },
    { txid: 9_000_000_000, ordinal: 999_999 },
  ]) {
    expect(toPosition(toSequence(position))).toEqual(position);
    expect(Number.isSafeInteger(toSequence(position))).toBe(true);
  }
});
