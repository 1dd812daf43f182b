import fc from 'fast-check';
import { Merit } from './merit';
import { RouteHistory } from './route-history';

const after = (count: number, attempt: { ok: boolean; ms: number }, atMs = 0): RouteHistory => {
  const history = new RouteHistory();
  for (let n = 0; n < count; n += 1) history.record(attempt.ok, attempt.ms, atMs);
  return history;
};
const halfLife = 30_000;

test.each([
  ['nothing known: the prior', after(0, { ok: true, ms: 0 }), 0, 100, 1],
  ['as much as the prior weighs: half way', after(3, { ok: false, ms: 300 }), 0, 200, 0.5],
  ['much is known: nearly that', after(1000, { ok: false, ms: 300 }), 0, 274, 0.13],
  ['after a half-life half of it counts', after(6, { ok: false, ms: 300 }), halfLife, 200, 0.5],
  ['long ago: the prior again', after(1000, { ok: false, ms: 300 }), 40 * halfLife, 100, 1],
  ['a clock that went back makes nothing older', after(3, { ok: false, ms: 300 }, halfLife), 0, 200, 0.5],
] satisfies [string, RouteHistory, number, number, number][])('%s', (_rule, history, nowMs, meanMs, success) => {
  expect(history.meanMs(nowMs, { ms: 100, weight: 3 })).toBeCloseTo(meanMs, 0);
  expect(history.successRate(nowMs, 3)).toBeCloseTo(success, 1);
});

test('there is no average before the first attempt, and then it is its time', () => {
  expect(after(0, { ok: true, ms: 0 }).ewmaMs).toBeNull();
  expect(after(1, { ok: false, ms: 30 }).ewmaMs).toBe(30);
});

test('a seed is worth what recorded attempts are', () => {
  const seeded = new RouteHistory();
  seeded.seed({ attempts: 20, succeeded: 15, meanMs: 40, atMs: 0 });
  expect(seeded.volume(0)).toBe(20);
  expect(seeded.ewmaMs).toBe(40);
  expect(seeded.successRate(0, 0)).toBe(0.75);
  const many = new RouteHistory();
  many.seed({ attempts: 1e6, succeeded: 1e6, meanMs: 40, atMs: 0 });
  expect(many.volume(0)).toBe(20);
});

test('averages stay within what was seen and the prior, volume within its bound', () => {
  const attempt = fc.record({ ok: fc.boolean(), ms: fc.integer({ min: 10, max: 500 }), afterMs: fc.nat(30_000) });
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1 }), fc.nat(100_000), (attempts, laterMs) => {
      const history = new RouteHistory();
      let now = 0;
      for (const { ok, ms, afterMs } of attempts) history.record(ok, ms, (now += afterMs));
      now += laterMs;
      expect(history.volume(now)).toBeLessThanOrEqual(20);
      const mean = history.meanMs(now, { ms: 100, weight: 3 });
      expect(mean).toBeGreaterThanOrEqual(10);
      expect(mean).toBeLessThanOrEqual(500);
      expect(history.successRate(now, 3)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

describe('merit', () => {
  const of = (own: RouteHistory, nowMs = 0, usualMs = 100): number =>
    new Merit(own, after(50, { ok: true, ms: usualMs }, nowMs)).at(nowMs);

  test.each([
    ['the unknown is as good as the average', of(new RouteHistory()), 1],
    ['twice as fast', of(after(50, { ok: true, ms: 45 })), 2],
    ['ten times as slow', of(after(50, { ok: true, ms: 1000 })), 0.105],
    ['within a tenth: the same', of(after(50, { ok: true, ms: 107 })), 1],
    ['half of them fail: a quarter', of(after(1, { ok: true, ms: 100 })), 1],
    ['a slow one, much later', of(after(50, { ok: true, ms: 1000 }), 40 * halfLife), 1],
  ])('%s', (_rule, merit, expected) => {
    expect(merit).toBeCloseTo(expected, 1);
  });

  test('failures weigh by the square of what succeeds', () => {
    const own = new RouteHistory();
    for (let n = 0; n < 50; n += 1) own.record(n % 2 === 0, 100, 0);
    expect(of(own)).toBeCloseTo(0.297, 2);
  });

  test('peers of whom nothing is known make nobody fast or slow', () => {
    expect(new Merit(after(50, { ok: true, ms: 5000 }), new RouteHistory()).at(0)).toBe(1);
  });

  test('is kept for a moment once there are many results, and seen at once while there are few', () => {
    const own = new RouteHistory();
    const merit = new Merit(own, after(50, { ok: true, ms: 100 }));
    expect(merit.at(0)).toBe(1);
    own.record(true, 5000, 0);
    expect(merit.at(0)).toBeLessThan(0.2);
    for (let n = 0; n < 100; n += 1) own.record(true, 1, 0);
    const before = merit.at(99);
    expect(merit.at(100)).toBeGreaterThan(before);
  });
});
