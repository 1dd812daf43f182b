import * as fc from 'fast-check';
import { median, percentile } from './statistics';

test('the percentile is the smallest value with at least that share at or below it', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 99, 100]);
  expect(percentile([7], 0.99)).toBe(7);
});

test('the percentile by its definition, for any values', () => {
  const values = fc.array(fc.integer(), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const found = percentile(all, share);
      const atOrBelow = all.filter((value) => value <= found).length;
      const below = all.filter((value) => value < found).length;
      expect(all).toContain(found);
      expect(atOrBelow).toBeGreaterThanOrEqual(share * all.length - 1e-9);
      expect(below).toBeLessThan(share * all.length);
    }),
  );
});

test('the median is in the middle, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('nothing has no percentile and no median', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
  expect(() => median([])).toThrow(RangeError);
});
