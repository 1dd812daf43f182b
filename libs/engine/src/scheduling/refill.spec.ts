import fc from 'fast-check';
import { Refill } from './refill';

function after(...attempts: readonly (readonly [ms: number, atMs: number])[]): Refill {
  const refill = new Refill();
  for (const [ms, atMs] of attempts) refill.record(ms, atMs);
  return refill;
}

test.each([
  ['nothing is known yet', after(), 10, 10, 0],
  ['attempts of no length: as many again', after([0, 0]), 64, 64, 64],
  ['20 ms: half as many', after([20, 0]), 10, 10, 5],
  ['20 ms, one slot: one waits', after([20, 0]), 1, 1, 1],
  ['a second: none', after([1000, 0]), 10, 10, 0],
  ['the longest of late counts', after([1000, 0], [1, 10]), 10, 10, 0],
  ['but not for ever', after([1000, 0], [1, 60_000]), 10, 10, 10],
  ['the agent keeps less waiting', after([0, 0]), 64, 3, 3],
  ['the agent keeps none waiting', after([0, 0]), 64, 0, 0],
])('%s', (_case, refill, slots, prefetch, margin) => {
  expect(refill.margin(slots, prefetch)).toBe(margin);
});

test('what waits at an agent is worth a round trip of its slots at most, and no more than it keeps', () => {
  const ms = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(ms, fc.nat(1000), fc.nat(1000), (peak, slots, prefetch) => {
      const margin = after([peak, 0]).margin(slots, prefetch);
      expect(margin).toBeLessThanOrEqual(Math.min(slots, prefetch));
      // Half a task of rounding.
      expect(margin * peak).toBeLessThanOrEqual(slots * 10 + peak / 2 + slots);
    }),
  );
});
