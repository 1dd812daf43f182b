import { type AcceptedTask } from '../load/sender-log';
import { type TaskEnd } from '../stage/truth';
import { compare, compareTold, compareWorkflows, meaningless } from './compare';

const accepted = (id: string, more: Partial<AcceptedTask> = {}): AcceptedTask => ({
  kind: 'task',
  id,
  key: `key-${id}`,
  expect: 'completed',
  capability: 'probe.echo',
  input: { n: 1 },
  ...more,
});
const end = (id: string, more: Partial<TaskEnd> = {}): TaskEnd => ({
  id,
  state: 'completed',
  output: '{"echo": {"n": 1}}',
  error: null,
  losses: 0,
  ends: 1,
  ...more,
});

test('all accepted, all ended once, all answered: nothing to say', () => {
  expect(compare([accepted('a'), accepted('b')], [end('b'), end('a'), end('not ours')])).toEqual([]);
});

test.each<[string, AcceptedTask, TaskEnd[], RegExp]>([
  ['lost', accepted('a'), [], /^1 task\(s\) accepted and missing: a$/],
  ['still open', accepted('a'), [end('a', { state: 'queued', ends: 0 })], /not in a final state: a/],
  ['ended twice', accepted('a'), [end('a', { ends: 2 })], /more than once: a/],
  ['failed although it must not', accepted('a'), [end('a', { state: 'failed' })], /otherwise than they must: a/],
  ['another answer', accepted('a'), [end('a', { output: '{"echo":{"n":2}}' })], /something else: a/],
])('%s', (_what, task, kept, expected) => {
  const faults = compare([task], kept);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(expected);
});

test('one key, two tasks', () => {
  const faults = compare([accepted('a'), accepted('b', { key: 'key-a' })], [end('a'), end('b')]);
  expect(faults).toEqual(['1 task(s) under one key twice: key-a: a and b']);
});

test('what may be canceled or run out of time may end in any way', () => {
  expect(compare([accepted('a', { expect: 'any' })], [end('a', { state: 'failed' })])).toEqual([]);
});

test('many examples are cut short', () => {
  const many = Array.from({ length: 7 }, (_, n) => accepted(`t${n}`));
  expect(compare(many, [])).toEqual(['7 task(s) accepted and missing: t0; t1; t2; t3; t4; …']);
});

test.each([
  [{ offered: 100, accepted: 60, acceptedLater: 20, refused: 20 }, undefined],
  [{ offered: 100, accepted: 60, acceptedLater: 19, refused: 21 }, 'only 79 % of the submissions were accepted'],
  [{ offered: 0, accepted: 0, acceptedLater: 0, refused: 0 }, 'only 0 %'],
])('%j', (figures, expected) => {
  const reason = meaningless(figures);
  if (expected === undefined) expect(reason).toBeUndefined();
  else expect(reason).toContain(expected);
});

const run = { kind: 'workflow', id: 'w', output: { n: 1 } } as const;
const ended = (state: string, output: string | null = null) => [{ id: 'w', state, output }];

test('a workflow that gave what it must: nothing to say', () => {
  expect(compareWorkflows([run], ended('completed', '{ "n": 1 }'))).toEqual([]);
});

test.each([
  ['missing', [], 'was accepted and is missing'],
  ['open', ended('running'), 'is still running'],
  ['failed', ended('failed'), 'ended as failed'],
  ['wrong', ended('completed', '{"n":2}'), 'gave {"n":2} instead of {"n":1}'],
])('a workflow that is %s is told', (_, kept, fault) => {
  expect(compareWorkflows([run], kept)).toEqual([expect.stringContaining(fault)]);
});

const toldOf = (...types: string[]) => new Map([['w', new Set(types)]]);

test('a receiver must be told how each workflow ended, whatever else it was told', () => {
  expect(compareTold(ended('completed'), toldOf('workflow.running', 'workflow.completed'))).toEqual([]);
  expect(compareTold(ended('running'), new Map())).toEqual([]);
  const fault = '1 workflow(s) ended, and it was not told how: w completed';
  expect(compareTold(ended('completed'), new Map())).toEqual([fault]);
  expect(compareTold(ended('completed'), toldOf('workflow.running', 'workflow.failed'))).toEqual([fault]);
});
