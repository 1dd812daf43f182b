import { type WorkflowId } from '@baton/contracts';
import { type Database, type TimedRun } from '@baton/persistence';
import { RunTimers } from './run-timers';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Runs by when they are due, as the table has them; a run that is woken is due no more, unless it is stuck. */
function setting(due: Record<string, number>, stuck: readonly string[] = []) {
  const woken: string[] = [];
  const failed: unknown[] = [];
  let looks = 0;
  const nowMs = (): number => performance.now();
  const rows = (): TimedRun[] =>
    Object.entries(due)
      .map(([id, at]) => ({ id: id as WorkflowId, wakeAt: new Date(at) }))
      .sort((a, b) => a.wakeAt.getTime() - b.wakeAt.getTime());
  const run = (): Promise<TimedRun[]> => {
    looks += 1;
    return looks === 13 ? Promise.reject(new Error('gone')) : Promise.resolve(rows());
  };
  const database = { now: () => new Date(nowMs()), run } as unknown as Database;
  const timers = new RunTimers(
    { database },
    {
      due: (ids) => {
        for (const id of ids) {
          woken.push(`${id}@${Math.round(nowMs())}`);
          if (!stuck.includes(id)) delete due[id];
        }
        return Promise.resolve();
      },
      failed: (error) => failed.push(error),
    },
  );
  return { timers, woken, failed, looks: () => looks, at: (ms: number) => new Date(nowMs() + ms) };
}

test('runs are woken when they are due, in no more looks than it takes', async () => {
  const start = performance.now();
  const { timers, woken, looks } = setting({ a: start + 100, b: start + 100, c: start + 3000 });
  timers.expectIn(0);
  await jest.advanceTimersByTimeAsync(99);
  expect(woken).toEqual([]);
  await jest.advanceTimersByTimeAsync(20);
  expect(woken.map((one) => one.split('@')[0])).toEqual(['a', 'b']);
  await jest.advanceTimersByTimeAsync(2900);
  expect(woken.at(-1)).toMatch(/^c@/);
  expect(looks()).toBeLessThanOrEqual(6);
  await timers.stop();
});

test('a time told later and sooner than the next look comes first; none, or one told twice, changes nothing', async () => {
  const due: Record<string, number> = {};
  const { timers, woken, looks, at } = setting(due);
  timers.expectIn(0);
  await jest.advanceTimersByTimeAsync(10);
  due.late = performance.now() + 50;
  timers.expect(null);
  timers.expect(at(50));
  timers.expect(at(50));
  await jest.advanceTimersByTimeAsync(60);
  expect(woken).toHaveLength(1);
  expect(looks()).toBeLessThanOrEqual(3);
  await timers.stop();
});

test('one that stays due is not woken without a pause, and a failed look is told', async () => {
  const { timers, woken, failed, looks } = setting({ stuck: performance.now() }, ['stuck']);
  timers.expectIn(0);
  await jest.advanceTimersByTimeAsync(1000);
  expect(woken.length).toBeLessThanOrEqual(6);
  await jest.advanceTimersByTimeAsync(4000);
  expect(failed).toHaveLength(1);
  const before = looks();
  await timers.stop();
  timers.expectIn(0);
  await jest.advanceTimersByTimeAsync(1000);
  expect(looks()).toBe(before);
});
