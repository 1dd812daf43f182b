import { nextAttemptMs, retrySchedule } from './retry-schedule';

const HOUR = 3600 * 1000;
const after = (attempts: number, ageMs = 0, chance = 0.5) => nextAttemptMs(retrySchedule, { attempts, ageMs }, chance);

test('from five seconds to an hour, then every hour', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 80].map((attempts) => (after(attempts) as number) / 1000)).toEqual([
    5, 30, 120, 600, 1800, 3600, 3600, 3600,
  ]);
});

test('spread by a fifth to both sides', () => {
  expect([after(1, 0, 0), after(1, 0, 1)]).toEqual([4000, 6000]);
});

test.each([
  ['least', 0, 95],
  ['middle', 0.5, 77],
  ['most', 1, 65],
])('with delays of the %s length a delivery is tried so often in its three days, and no more', (_, chance, times) => {
  let [attempts, ageMs] = [1, 0];
  for (let inMs = after(1, 0, chance); inMs !== undefined; inMs = after(attempts, ageMs, chance)) {
    attempts += 1;
    ageMs += inMs;
  }
  expect(attempts).toBe(times);
});

test('given up when the next attempt would come after three days', () => {
  expect(after(50, 71 * HOUR)).toBe(HOUR);
  expect(after(50, 71 * HOUR + 1)).toBeUndefined();
});
