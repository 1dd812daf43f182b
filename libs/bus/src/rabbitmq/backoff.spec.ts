import { backoffMs } from './backoff';

test.each([
  [0, 0.5, 100],
  [1, 0.5, 200],
  [5, 0.5, 3_200],
  [6, 0.5, 5_000],
  [1_000_000, 0.5, 5_000],
  [0, 0, 80],
  [0, 1, 120],
  [20, 1, 6_000],
])('try %d with random %d waits %d ms', (attempt, random, ms) => {
  expect(backoffMs(attempt, random)).toBe(ms);
});
