import { type EventFilter, isOfType, isPattern, matches, wantsProgress } from './event-filter';
import { toFeedEvents, toPosition, toSequence } from './mesh-event';

const at = new Date('2026-01-01T00:00:00.000Z');
const row = {
  subject: 'task',
  subjectId: 't1',
  seq: 3,
  from: 'running',
  to: 'completed',
  attempt: 1,
  agentId: null,
  actor: 'orchestrator',
  reason: null,
  details: null,
  at,
  txid: '7',
};
const entry = { position: { txid: 7, ordinal: 3 }, row };
const place = { workflowId: 'w1', stepKey: 'each[3]' };
const [ofTask, ofStep] = toFeedEvents(entry, () => place).map(({ event }) => event);

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
  expect(ofTask && matches(filter, ofTask)).toBe(expected);
});

test.each([
  ['workflow.step.completed', 'workflow.step.completed', true],
  ['workflow.step.completed', 'workflow.step.*', true],
  ['workflow.step.completed', 'workflow.*', false],
  ['workflow.step.completed', 'workflow.#', true],
  ['workflow.step.completed', 'workflow.step.completed.#', true],
  ['workflow.completed', 'workflow.#', true],
  ['workflow.completed', 'workflow.step.#', false],
  ['task.completed', '*.completed', true],
  ['task.completed', '#', true],
])('%s is matched by %s: %s', (type, pattern, expected) => {
  expect(isOfType(type, pattern)).toBe(expected);
  expect(isPattern(pattern)).toBe(true);
});

test.each(['', 'task.', '.task', '#.task', 'task.#.x', 'Task.*', 'task completed'])('%j is no pattern', (pattern) => {
  expect(isPattern(pattern)).toBe(false);
});

test('the entry of a step is the event of its task and one of the step, each with a place of its own', () => {
  expect(ofTask).toMatchObject({ type: 'task.completed', subject: 'task', id: 't1', workflowId: 'w1', taskId: 't1' });
  const expected = { type: 'workflow.step.completed', subject: 'workflow.step', id: 'w1', stepId: 'each[3]' };
  expect(ofStep).toEqual({ ...ofTask, ...expected });
  expect(toFeedEvents(entry, () => place).map(({ sequence }) => sequence)).toEqual([7_000_005, 7_000_006]);
});

test('what is no task, or a task of its own, is one event', () => {
  const [event, none] = toFeedEvents({ ...entry, row: { ...row, subject: 'workflow' } }, () => place);
  expect(none).toBeUndefined();
  expect(event?.event).toMatchObject({ type: 'workflow.completed', id: 't1', workflowId: 't1', taskId: null });
  expect(toFeedEvents(entry, () => undefined)).toHaveLength(1);
});

test('what a run notes of its steps are events of those steps, and its decisions too', () => {
  const noteOf = (reason: string, details: object | null) => {
    const note = {
      subject: 'workflow',
      from: 'running',
      to: 'running',
      reason,
      details: details && JSON.stringify(details),
    };
    return toFeedEvents({ ...entry, row: { ...row, ...note } }, () => undefined).map(({ event }) => event);
  };
  const [wait] = noteOf('step.failed', { step: 'wait', code: 'TIMED_OUT', message: 'too late' });
  expect(wait).toMatchObject({
    type: 'workflow.step.failed',
    id: 't1',
    stepId: 'wait',
    to: 'failed',
    reason: 'too late',
  });
  const [award] = noteOf('awarded', { step: 'sale', to: 'probe-1' });
  expect(award).toMatchObject({
    type: 'workflow.step.noted',
    stepId: 'sale',
    reason: 'awarded',
    details: { to: 'probe-1' },
  });
  expect(noteOf('started anew', null)).toMatchObject([{ type: 'workflow.running', reason: 'started anew' }]);
});

test('progress is of workflows, and asked for by its type, a pattern or nothing', () => {
  expect(wantsProgress({})).toBe(true);
  expect(wantsProgress({ types: ['task.*', 'workflow.*'] })).toBe(true);
  expect(wantsProgress({ types: ['workflow.step.*'] })).toBe(false);
  expect(wantsProgress({ taskId: 't1' })).toBe(false);
});

test('a sequence number holds the transaction and the place in it, exactly', () => {
  for (const position of [
    { txid: 0, ordinal: 0 },
    { txid: 744, ordinal: 1 },
    { txid: 9_000_000_000, ordinal: 499_999 },
  ]) {
    expect(toPosition(toSequence(position))).toEqual(position);
    expect(Number.isSafeInteger(toSequence(position))).toBe(true);
  }
});

test('of an entry that was seen in half the rest is read again', () => {
  expect(toPosition(7_000_005)).toEqual({ txid: 7, ordinal: 2 });
  expect(toPosition(7_000_006)).toEqual({ txid: 7, ordinal: 3 });
});
