import { at, attempt, task } from '../played-tasks.fixture';
import { timesOf } from './task-times';

const iso = (ms: number): string => at(ms).toISOString();
const none = { queuedMs: 0, dispatchMs: 0, workMs: 0, recordingMs: 0, subtasksMs: 0 };

test('an attempt whose agent has our clock: there, at work, and back', () => {
  const phases = { assigned: iso(105), completed: iso(305) };
  expect(timesOf(task('a', 0, [attempt('x', 100, 320, { phases })]), at(0))).toEqual({
    ...{ queuedMs: 100, dispatchMs: 5, workMs: 200, recordingMs: 15, subtasksMs: 0 },
  });
});

test('an agent whose clock is wrong still tells how long it took', () => {
  const phases = { assigned: iso(9_000), completed: iso(9_200) };
  expect(timesOf(task('a', 0, [attempt('x', 0, 220, { phases })]), at(0))).toEqual({
    ...{ ...none, dispatchMs: 10, workMs: 200, recordingMs: 10 },
  });
});

test.each([
  ['nothing', null],
  ['no end', { assigned: iso(10) }],
  ['no beginning', { completed: iso(10) }],
  ['more than there was', { assigned: iso(0), completed: iso(900) }],
  ['an end before the beginning', { assigned: iso(50), completed: iso(20) }],
])('an agent that tells %s worked all the time', (_what, phases) => {
  expect(timesOf(task('a', 0, [attempt('x', 0, 220, { phases })]), at(0))).toEqual({ ...none, workMs: 220 });
});

test('between attempts it waits, or its subtasks work', () => {
  const attempts = [
    attempt('x', 10, 20, { outcome: 'queued' }),
    attempt('x', 50, 60, { outcome: 'waiting' }),
    attempt('x', 160, 170),
  ];
  expect(timesOf(task('a', 0, attempts), at(0))).toEqual({ ...none, queuedMs: 40, workMs: 30, subtasksMs: 100 });
});

test('what goes on counts until now, as what it is', () => {
  expect(timesOf(task('a', 0, []), at(70))).toEqual({ ...none, queuedMs: 70 });
  expect(timesOf(task('a', 0, [attempt('x', 10, null)]), at(70))).toEqual({ ...none, queuedMs: 10, workMs: 60 });
  const spawned = { ...task('a', 0, [attempt('x', 0, 20, { outcome: 'waiting' })]), finishedAt: null };
  expect(timesOf(spawned, at(70))).toEqual({ ...none, workMs: 20, subtasksMs: 50 });
  const again = { ...task('a', 0, [attempt('x', 0, 20, { outcome: 'queued' })]), finishedAt: null };
  expect(timesOf(again, at(70))).toEqual({ ...none, workMs: 20, queuedMs: 50 });
});
