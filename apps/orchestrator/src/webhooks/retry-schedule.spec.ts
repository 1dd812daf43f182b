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

test('given up when the next attempt would come after three days', () => {
  expect(after(50, 71 * HOUR)).toBe(HOUR);
  expect(after(50, 71 * HOUR + 1)).toBeUndefined();
});
