import fc from 'fast-check';
import { addCounts, countDuration, durationQuantile } from './duration-histogram';

const counted = (durations: readonly number[]): number[] => {
  const counts: number[] = [];
  for (const ms of durations) countDuration(counts, ms);
  return counts;
};
const durations = fc.array(fc.double({ min: 0.2, max: 2_800_000, noNaN: true }), { minLength: 1, maxLength: 200 });

test('nothing counted: nothing known', () => {
  expect(durationQuantile([], 0.5)).toBeNull();
});

test.each([0, -1, Number.NaN, 0.05])('%p is the smallest there is', (ms) => {
  expect(durationQuantile(counted([ms]), 0.5)).toBe(0.1);
});

test('stays bounded, however long an attempt took', () => {
  expect(counted([1e12])).toHaveLength(100);
});

test('each of those counted has its part, in the middle of its bucket', () => {
  const found = [0.25, 0.5, 1].map((share) => durationQuantile(counted([1, 10, 10, 1000]), share) as number);
  for (const [at, exact] of [1, 10, 1000].entries()) expect((found[at] as number) / exact).toBeCloseTo(1, 0);
});

test('short lists and long ones are added up, in any order', () => {
  const long = counted([0.2, 100]);
  const sum = counted([0.2, 0.2, 100]);
  expect([addCounts(long, counted([0.2])), addCounts(counted([0.2]), long)]).toEqual([sum, sum]);
});

test('a quantile is within 9.1 % of the exact one', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 1), (all, share) => {
      const sorted = [...all].sort((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number;
      const found = durationQuantile(counted(all), share) as number;
      expect(Math.abs(found / exact - 1)).toBeLessThan(0.091);
    }),
  );
});

test('counting apart and adding is the same as counting together', () => {
  fc.assert(
    fc.property(durations, durations, (one, other) => {
      expect(addCounts(counted(one), counted(other))).toEqual(counted([...one, ...other]));
    }),
  );
});
