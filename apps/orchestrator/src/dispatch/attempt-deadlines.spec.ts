import { AttemptDeadlines } from './attempt-deadlines';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('each fires once at its time, in any order of setting; what was cleared never does', () => {
  const deadlines = new AttemptDeadlines();
  const fired: string[] = [];
  for (const [token, inMs] of [
    ['c', 300],
    ['a', 100],
    ['gone', 150],
    ['b', 200],
  ] as const) {
    deadlines.set(token, inMs, () => fired.push(token));
  }
  deadlines.clear('gone');
  jest.advanceTimersByTime(99);
  expect(fired).toEqual([]);
  jest.advanceTimersByTime(111);
  expect(fired).toEqual(['a', 'b']);
  jest.advanceTimersByTime(10_000);
  expect(fired).toEqual(['a', 'b', 'c']);
});

test('a time that has passed fires soon; stop forgets all', () => {
  const deadlines = new AttemptDeadlines();
  const fired: string[] = [];
  deadlines.set('late', -50, () => fired.push('late'));
  jest.advanceTimersByTime(20);
  expect(fired).toEqual(['late']);
  deadlines.set('never', 10, () => fired.push('never'));
  deadlines.stop();
  jest.advanceTimersByTime(1000);
  expect(fired).toEqual(['late']);
});

test('waits longer than a timer can hold', () => {
  const deadlines = new AttemptDeadlines();
  let fired = false;
  const month = 31 * 24 * 3600 * 1000;
  deadlines.set('far', month, () => (fired = true));
  jest.advanceTimersByTime(month - 1000);
  expect(fired).toBe(false);
  jest.advanceTimersByTime(2000);
  expect(fired).toBe(true);
});
