import { chanceFrom } from '../../../scheduling/chance';
import { drawDuration, durationOf, type DurationStats, restOf, withRunning } from './durations';
import { normal, normalAt, normalBelow } from './normal';

const many = 20_000;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const draws = (draw: (uniform: () => number) => number): number[] => {
  const uniform = chanceFrom(7);
  return Array.from({ length: many }, () => draw(uniform));
};

test.each([-4, -2.5, -1, 0, 0.3, 1.96, 3])('the normal distribution and its inverse agree at %d', (z) => {
  expect(normalAt(normalBelow(z))).toBeCloseTo(z, 2);
});

test('known places of the normal distribution', () => {
  expect(normalBelow(1.96)).toBeCloseTo(0.975, 4);
  expect(normalAt(0.9)).toBeCloseTo(1.2816, 3);
  expect(normalAt(0.001)).toBeCloseTo(-3.0902, 3);
  expect(mean(draws(normal))).toBeCloseTo(0, 1);
});

test('durations are log-normal', () => {
  const logs = draws((uniform) => Math.log(durationOf({ mu: 3, sigma: 0.5 }, uniform)));
  expect(mean(logs)).toBeCloseTo(3, 1);
  expect(Math.sqrt(mean(logs.map((log) => (log - 3) ** 2)))).toBeCloseTo(0.5, 1);
});

test('the less is known the more guesses differ', () => {
  const spread = (stats: DurationStats): number => {
    const mus = draws((uniform) => drawDuration(stats, uniform).mu);
    return Math.sqrt(mean(mus.map((mu) => (mu - stats.meanLog) ** 2)));
  };
  const [one, ten, thousand] = [1, 10, 1000].map((count) => spread({ count, meanLog: 5, varianceLog: 0.25 }));
  expect(one).toBeGreaterThan(2 * (ten as number));
  expect(ten).toBeGreaterThan(5 * (thousand as number));
  expect(thousand).toBeCloseTo(0.5 / Math.sqrt(1000), 2);
});

test('what is left is what is left of those that take so long', () => {
  const guess = { mu: 0, sigma: 1 };
  const all = draws((uniform) => durationOf(guess, uniform)).filter((ms) => ms > 2);
  const rests = draws((uniform) => restOf(guess, 2, uniform));
  expect(mean(rests.map((rest) => Math.log(rest + 2)))).toBeCloseTo(mean(all.map((ms) => Math.log(ms))), 1);
  expect(mean(draws((uniform) => Math.log(restOf(guess, 0, uniform))))).toBeCloseTo(0, 1);
});

test('of what has taken much longer than all others a part is left', () => {
  const rests = draws((uniform) => restOf({ mu: 0, sigma: 0.1 }, 100, uniform));
  expect(Math.min(...rests)).toBeGreaterThanOrEqual(0);
  expect(mean(rests)).toBeCloseTo((100 * 0.1 * 0.1) / Math.log(100), 1);
});

test('what is running counts as longer than it has been', () => {
  const stats = { count: 10, meanLog: 2, varianceLog: 0.2 };
  expect(withRunning(stats, [])).toEqual(stats);
  const begun = withRunning(stats, [0]);
  expect(begun.count).toBe(11);
  expect(begun.meanLog).toBeCloseTo(2, 3);
  const long = withRunning(stats, [Math.exp(4)]);
  expect(long.meanLog).toBeGreaterThan(2.15);
  expect(long.varianceLog).toBeGreaterThan(0.3);
  expect(withRunning({ count: 1, meanLog: 2, varianceLog: 0 }, [])).toEqual({ count: 1, meanLog: 2, varianceLog: 0 });
});
