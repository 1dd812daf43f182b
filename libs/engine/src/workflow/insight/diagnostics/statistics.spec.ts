import { binomialTail, deviationOf, median } from './statistics';

test('the binomial tail is exact', () => {
  expect(binomialTail(0, 4, 0.5)).toBeCloseTo(1, 12);
  expect(binomialTail(3, 4, 0.5)).toBeCloseTo(5 / 16, 12);
  expect(binomialTail(4, 4, 0.25)).toBeCloseTo(1 / 256, 12);
});

test('what is out of proportion: beyond the spread, by much, and of some length', () => {
  const usual = [900, 1000, 1100, 1000, 950];
  expect(deviationOf(5000, usual, 1.5)).toMatchObject({
    usualMs: expect.closeTo(1000, 3) as number,
    times: expect.closeTo(5, 5) as number,
  });
  expect(deviationOf(1400, usual, 1.5)).toBeUndefined();
  expect(deviationOf(5000, usual.slice(1), 1.5)).toBeUndefined();
  expect(deviationOf(60, [10, 10, 10, 10, 10], 1.5)).toBeUndefined();
  expect(deviationOf(2000, [100, 1000, 5000, 300, 2500], 1.5)).toBeUndefined();
});

test('the median of an even number lies between', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
