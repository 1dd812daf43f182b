import { quantile, spreadOf } from './figures';
import { covered, peak } from './intervals';

test('quantiles lie between the values', () => {
  expect([0, 0.25, 0.5, 1].map((share) => quantile([10, 20, 30], share))).toEqual([10, 15, 20, 30]);
  expect(spreadOf([30, 10, 20])).toEqual({ count: 3, meanMs: 20, p50Ms: 20, p95Ms: 29, maxMs: 30 });
  expect(spreadOf([])).toBeNull();
});

test('intervals: time they cover together, and how many there are at once', () => {
  const intervals = [
    { from: 10, to: 20 },
    { from: 0, to: 12 },
    { from: 20, to: 30 },
    { from: 50, to: 60 },
  ];
  expect([covered(intervals), covered([])]).toEqual([40, 0]);
  expect([peak(intervals), peak([])]).toEqual([2, 0]);
});
