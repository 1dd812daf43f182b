import { createValidator } from '@baton/bus';
import { submitSchema } from '@baton/contracts';
import { seeded } from '../schedule/seeded';
import { MORTAL_TAG, nextOrder, type TaskOrder } from './task-mix';

const now = new Date('2026-01-01T00:00:00Z');
const orders = (seed: number, count: number) => {
  const chance = seeded(seed);
  return Array.from({ length: count }, (_, n) => nextOrder(chance, 'run', n, now));
};
const tasks = orders(3, 3000).filter((order): order is TaskOrder => order.kind === 'task');

test('the same seed gives the same load', () => {
  expect(orders(3, 200)).toEqual(orders(3, 200));
  expect(orders(4, 200)).not.toEqual(orders(3, 200));
});

test('every submission is one the doors accept, under a key of its own', () => {
  const faultsOf = createValidator(submitSchema);
  expect(tasks.flatMap(({ submit }) => faultsOf(submit))).toEqual([]);
  expect(new Set(tasks.map(({ submit }) => submit.idempotencyKey)).size).toBe(tasks.length);
});

test('every sort of work and every field is in it', () => {
  const count = (fits: (order: TaskOrder) => boolean) => tasks.filter(fits).length;
  for (const capability of ['probe.echo', 'probe.sleep', 'probe.fail', 'probe.crash'])
    expect(count(({ submit }) => submit.capability === capability)).toBeGreaterThan(5);
  const fields = ['priority', 'delaySeconds', 'concurrencyKey', 'deadline', 'retry', 'tags'] as const;
  for (const field of fields) expect(count(({ submit }) => submit[field] !== undefined)).toBeGreaterThan(10);
  expect(count(({ cancelAfterMs }) => cancelAfterMs !== undefined)).toBeGreaterThan(10);
  expect(count(({ twice }) => twice)).toBeGreaterThan(10);
  expect(orders(3, 3000).length - tasks.length).toBeGreaterThan(10);
});

test('only what may be ended early is allowed to end otherwise than completed', () => {
  for (const { expect: end, submit, cancelAfterMs } of tasks)
    expect(end === 'any').toBe(submit.deadline !== undefined || cancelAfterMs !== undefined);
});

test('what kills its agent goes to the one that is there to die', () => {
  for (const { submit } of tasks)
    expect(submit.tags?.includes(MORTAL_TAG) === true).toBe(submit.capability === 'probe.crash');
});
