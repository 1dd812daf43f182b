import fc from 'fast-check';
import { defaultRetryPolicy, retryDelayMs } from './retry-delay';

test.each([
  [1, 500],
  [2, 1000],
  [3, 2000],
  [8, 60_000],
  [1000, 60_000],
])('after failure %i the default delay is %i ms', (failures, expected) => {
  expect(retryDelayMs(defaultRetryPolicy, failures, 0.5)).toBe(expected);
});

test('jitter moves the delay by its share at most, and never below zero', () => {
  const policy = fc.record({
    initialMs: fc.nat(10_000),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    maxMs: fc.nat(100_000),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 50 }), chance, (given, failures, random) => {
      const plain = Math.min(given.initialMs * given.factor ** (failures - 1), given.maxMs);
      const delay = retryDelayMs(given, failures, random);
      expect(delay).toBeGreaterThanOrEqual(Math.floor(plain * (1 - given.jitter)));
      expect(delay).toBeLessThanOrEqual(Math.ceil(plain * (1 + given.jitter)));
    }),
  );
});
