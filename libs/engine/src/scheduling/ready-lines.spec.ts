import { type ReadyLine } from './ready-line';
import { ReadyLines } from './ready-lines';
import { readyTask } from './scheduling.fixture';
import { SpreadBook } from './spread-book';

const keyed = (id: string, rank: number, concurrencyKey = 'k') => readyTask(id, { rank, concurrencyKey });
const tagged = (id: string, rank: number, concurrencyKey: string) =>
  readyTask(id, { rank, concurrencyKey, tags: ['gpu'] });

function linesWith(...tasks: ReturnType<typeof readyTask>[]): ReadyLines {
  const lines = new ReadyLines(new SpreadBook());
  for (const task of tasks) lines.add(task);
  return lines;
}

/** The first line that may be looked at. */
const firstOf = (lines: ReadyLines): ReadyLine => lines.open()[0] as ReadyLine;

/** The ids of those that may go, as they go. */
function drain(lines: ReadyLines): string[] {
  const gone: string[] = [];
  for (let [line] = lines.open(); line; [line] = lines.open()) {
    gone.push(line.open.peek()?.id as string);
    lines.shift(line);
  }
  return gone;
}

test('the same task again changes nothing, with keys or without', () => {
  const lines = linesWith(readyTask('a'), readyTask('a'), keyed('b', 1), keyed('b', 1));
  expect([lines.total(), drain(lines), lines.total()]).toEqual([2, ['a', 'b'], 0]);
});

test('a task without keys that is removed is forgotten at once, those around it go on', () => {
  const lines = linesWith(readyTask('a'), readyTask('b', { rank: 1 }), readyTask('c', { capability: 'c.d' }));
  expect([lines.remove('c'), lines.remove('a'), lines.remove('a')]).toEqual([true, true, false]);
  expect([lines.ready('a.b'), lines.ready('c.d'), drain(lines)]).toEqual([1, 0, ['b']]);
});

test('what comes into a lane that waits for its key waits too, until the key has room', () => {
  const lines = linesWith(keyed('a', 5));
  lines.parkForKey(firstOf(lines), keyed('a', 5));
  lines.add(keyed('b', 1));
  expect([lines.open(), lines.ready('a.b'), lines.unblocked('a.b')]).toEqual([[], 2, 0]);
  lines.keyFreed('other');
  expect(lines.open()).toEqual([]);
  lines.keyFreed('k');
  expect([lines.unblocked('a.b'), drain(lines)]).toEqual([2, ['b', 'a']]);
});

test('one that goes before the head of its lane takes its place', () => {
  const lines = linesWith(keyed('late', 9), keyed('soon', 1), keyed('between', 5));
  expect(drain(lines)).toEqual(['soon', 'between', 'late']);
});

test('lanes that wait for times open in their times', () => {
  const lines = linesWith(keyed('a', 1, 'k'), keyed('b', 2, 'l'));
  expect(lines.nextAtMs).toBeUndefined();
  lines.parkUntil(firstOf(lines), keyed('a', 1, 'k'), 500);
  lines.parkUntil(firstOf(lines), keyed('b', 2, 'l'), 200);
  expect(lines.nextAtMs).toBe(200);
  lines.timePassed(499);
  expect([lines.nextAtMs, drain(lines)]).toEqual([500, ['b']]);
  lines.timePassed(500);
  expect([lines.nextAtMs, drain(lines)]).toEqual([undefined, ['a']]);
});

test('a task removed from a lane that waits is forgotten, and with the last of them the lane waits for nothing', () => {
  const lines = linesWith(keyed('a', 1), keyed('b', 2), keyed('c', 3, 'l'));
  lines.parkForKey(firstOf(lines), keyed('a', 1));
  lines.parkUntil(firstOf(lines), keyed('c', 3, 'l'), 500);
  expect([lines.remove('a'), lines.ready('a.b'), lines.unblocked('a.b')]).toEqual([true, 2, 0]);
  expect([lines.remove('b'), lines.remove('c'), lines.nextAtMs]).toEqual([true, true, undefined]);
  lines.keyFreed('k');
  lines.add(keyed('d', 1));
  expect([lines.unblocked('a.b'), drain(lines)]).toEqual([1, ['d']]);
});

test('of two lanes that wait for one key, the last task of one leaves the other waiting', () => {
  const other = readyTask('b', { rank: 2, concurrencyKey: 'k', tags: ['gpu'] });
  const lines = linesWith(keyed('a', 1), other);
  lines.parkForKey(firstOf(lines), keyed('a', 1));
  lines.parkForKey(firstOf(lines), other);
  lines.remove('a');
  expect(lines.open()).toEqual([]);
  lines.keyFreed('k');
  expect(drain(lines)).toEqual(['b']);
});

test('blocked are those whose agents lack, whole lanes of them; those that wait for their keys are counted once', () => {
  const lines = linesWith(
    ...[tagged('a', 1, 'k'), tagged('b', 2, 'k'), tagged('c', 3, 'l'), tagged('d', 4, 'l')],
    ...[readyTask('plain'), keyed('e', 9, 'm'), readyTask('f', { rank: 9, targetAgentId: 'x' })],
  );
  const gpu = lines.open().find((line) => line.open.has('a')) as ReadyLine;
  lines.parkForKey(gpu, tagged('a', 1, 'k'));
  expect([lines.ready('a.b'), lines.unblocked('a.b')]).toEqual([7, 5]);
  gpu.blocked = true;
  expect(lines.unblocked('a.b')).toBe(3);
  const laneOf = (task: ReturnType<typeof readyTask>): string => task.lane as string;
  expect(lines.closedLanes('a.b')).toEqual(new Set([laneOf(tagged('', 0, 'k')), laneOf(tagged('', 0, 'l'))]));
  expect(lines.inLane('a.b', laneOf(tagged('', 0, 'k')))).toBe(2);
  expect(lines.inLane('a.b', laneOf(keyed('', 0, 'm')))).toBe(1);
});

test('of a capability that nobody asked for there is nothing', () => {
  const lines = linesWith(readyTask('a'));
  expect([lines.ready('no.one'), lines.unblocked('no.one'), lines.inLane('no.one', 'k')]).toEqual([0, 0, 0]);
  expect(lines.closedLanes('no.one')).toEqual(new Set());
});
