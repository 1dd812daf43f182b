import { backoffMs } from './backoff';

test.each([
  [0, 0.5, 25],
  [1, 0.5, 100],
  [2, 0.5, 200],
  [4, 0.5, 800],
  [5, 0.5, 1_000],
  [1_000_000, 0.5, 1_000],
  [1, 0, 80],
  [1, 1, 120],
  [20, 1, 1_200],
])('try %d with random %d waits %d ms', (attempt, random, ms) => {
  expect(backoffMs(attempt, random)).toBe(ms);
});
