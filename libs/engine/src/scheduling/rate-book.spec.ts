import fc from 'fast-check';
import { RateBook } from './rate-book';

const twoPerSecond = { limit: 2, perSeconds: 1 };

test('as many as the limit at once, then one as each of them leaves the window', () => {
  const book = new RateBook();
  expect(book.opensAtMs('k', twoPerSecond)).toBe(-Infinity);
  book.started('k', twoPerSecond, 1000);
  expect(book.opensAtMs('k', twoPerSecond)).toBe(-Infinity);
  book.started('k', twoPerSecond, 1300);
  expect(book.opensAtMs('k', twoPerSecond)).toBe(2000);
  book.started('k', twoPerSecond, 2000);
  expect(book.opensAtMs('k', twoPerSecond)).toBe(2300);
});

test('limits that differ under one key see the same starts', () => {
  const book = new RateBook();
  book.started('k', twoPerSecond, 1000);
  expect(book.opensAtMs('k', { limit: 1, perSeconds: 10 })).toBe(11_000);
});

test('what began later than it was planned counts from then', () => {
  const book = new RateBook();
  book.started('k', twoPerSecond, 1000);
  book.started('k', twoPerSecond, 1000);
  book.confirm('k', 1000, 1050);
  book.confirm('k', 900, 5000);
  book.confirm('other', 1000, 5000);
  expect(book.opensAtMs('k', twoPerSecond)).toBe(2000);
  expect(book.opensAtMs('k', { limit: 1, perSeconds: 1 })).toBe(2050);
});

test('starts that are told late count in their places', () => {
  const book = new RateBook();
  for (const atMs of [1300, 1100, 1200]) book.started('k', { limit: 3, perSeconds: 1 }, atMs);
  const opens = [1, 2, 3].map((limit) => book.opensAtMs('k', { limit, perSeconds: 1 }));
  expect(opens).toEqual([2300, 2200, 2100]);
});

test('keys that nobody can need any more are forgotten', () => {
  const book = new RateBook();
  for (let n = 0; n < 1000; n += 1) book.started(`k${n}`, twoPerSecond, n === 0 ? 1500 : 1000);
  expect(book.size).toBe(1000);
  book.started('last', twoPerSecond, 2000);
  expect(book.size).toBe(2);
});

test('no window holds more starts than its limit, whatever the order they are told in', () => {
  const limits = fc.record({ limit: fc.integer({ min: 1, max: 5 }), perSeconds: fc.integer({ min: 1, max: 4 }) });
  const steps = fc.array(fc.nat(900), { maxLength: 60 });
  fc.assert(
    fc.property(limits, steps, fc.array(fc.nat(500), { maxLength: 5 }), (rate, pauses, earlier) => {
      const book = new RateBook();
      for (const time of earlier) book.started('k', rate, time);
      let now = 1000;
      const begun: number[] = [];
      for (const pause of pauses) {
        now += pause;
        if (book.opensAtMs('k', rate) > now) continue;
        book.started('k', rate, now);
        begun.push(now);
      }
      for (const start of begun) {
        const within = begun.filter((time) => time >= start && time < start + rate.perSeconds * 1000);
        expect(within.length).toBeLessThanOrEqual(rate.limit);
      }
    }),
  );
});
