import { DatabaseClock } from './database-clock';

let monotonicMs: number;
let answerAfterMs: number;
let databaseMs: (() => number) | undefined;
let asked: number;
let clock: DatabaseClock;

beforeEach(() => {
  [monotonicMs, answerAfterMs, asked] = [1000, 0, 0];
  databaseMs = () => 5_000_000 + monotonicMs;
  clock = new DatabaseClock(
    () => {
      asked += 1;
      monotonicMs += answerAfterMs;
      return databaseMs ? Promise.resolve(new Date(databaseMs())) : Promise.reject(new Error('away'));
    },
    () => monotonicMs,
  );
});

const now = (): number => clock.now().getTime();

test('after a sample it is the time of the database, going on by the monotonic clock', async () => {
  await clock.sync();
  expect(now()).toBe(5_001_000);
  monotonicMs += 700;
  expect(now()).toBe(5_001_700);
  expect(asked).toBe(1);
});

test('half of the way is taken for the answer', async () => {
  answerAfterMs = 100;
  await clock.sync();
  expect(now()).toBe(5_000_000 + monotonicMs + 50);
});

test('it asks again when the sample is old, and a slow answer does not spoil a good one', async () => {
  await clock.sync();
  monotonicMs += 10_001;
  answerAfterMs = 900;
  clock.now();
  expect(asked).toBe(2);
  await Promise.resolve();
  expect(now()).toBe(5_000_000 + monotonicMs);
});

test('while the database is away it goes on, and asks again later', async () => {
  await clock.sync();
  databaseMs = undefined;
  monotonicMs += 20_000;
  expect(now()).toBe(5_021_000);
  await Promise.resolve();
  monotonicMs += 20_000;
  expect(now()).toBe(5_041_000);
  expect(asked).toBe(3);
  await expect(clock.sync()).rejects.toThrow('away');
});
