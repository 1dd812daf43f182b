import { type StepState, type TaskId } from '@baton/contracts';
import { StepBook } from './step-book';

const step = (state: StepState, taskId: string | null = 't1', attempts = 1) => ({
  ...{ stepId: 'a', state, taskId: taskId as TaskId | null, attempts, error: null },
});

test('what is heard twice is told once', () => {
  const book = new StepBook();
  expect([book.heard(step('queued', 't1', 0)), book.heard(step('queued', 't1', 0))]).toEqual([true, false]);
  expect([book.heard(step('completed')), book.read(step('completed', 't1', 2))]).toEqual([true, false]);
});

test('what is read fills in what was missed, and never takes back what was heard', () => {
  const book = new StepBook();
  expect(book.read(step('pending', null))).toBe(false);
  expect(book.read(step('running'))).toBe(true);
  expect(book.heard(step('completed'))).toBe(true);
  expect(book.read(step('running'))).toBe(false);
  expect(book.read(step('failed'))).toBe(true);
});

test('a step that runs again is new', () => {
  const book = new StepBook();
  book.heard(step('failed'));
  expect(book.read(step('queued', 't2', 1))).toBe(true);
  expect(book.heard(step('completed', 't2', 2))).toBe(true);
});
