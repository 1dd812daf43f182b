import { assert, asyncProperty, array, constantFrom, integer, record, scheduler } from 'fast-check';
import { evicted, Lanes } from './lanes';

/** Work that ends when it is told to. */
class Job {
  end: () => void = () => undefined;
  started = false;
  readonly work = (): Promise<void> => {
    this.started = true;
    return new Promise((resolve) => (this.end = resolve));
  };
}
const turnOfEvents = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('L1 L2 L3 whatever ends first: order per key, never two of a key, never more than fit, all done, nothing kept', async () => {
  const jobs = array(record({ key: constantFrom('a', 'b', 'c', 'd'), pauses: integer({ min: 0, max: 3 }) }), {
    maxLength: 40,
  });
  await assert(
    asyncProperty(scheduler(), jobs, integer({ min: 1, max: 4 }), async (chance, given, concurrency) => {
      const lanes = new Lanes(concurrency);
      const running: string[] = [];
      const done: Record<string, number[]> = {};
      const all = given.map(({ key, pauses }, n) =>
        lanes.run(key, lanes, async () => {
          expect(running).not.toContain(key);
          running.push(key);
          expect(running.length).toBeLessThanOrEqual(concurrency);
          for (let pause = 0; pause < pauses; pause++) await chance.schedule(Promise.resolve());
          running.splice(running.indexOf(key), 1);
          (done[key] ??= []).push(n);
        }),
      );
      await chance.waitFor(Promise.all(all));
      for (const key of ['a', 'b', 'c', 'd']) {
        expect(done[key] ?? []).toEqual(given.flatMap((one, n) => (one.key === key ? [n] : [])));
      }
      await turnOfEvents();
      expect(lanes.size).toBe(0);
    }),
  );
});

test('L2 a key with much to do does not keep others from their turn', async () => {
  const lanes = new Lanes(1);
  const order: string[] = [];
  const say = (word: string) => (): Promise<void> => {
    order.push(word);
    return Promise.resolve();
  };
  await Promise.all([
    ...['a1', 'a2', 'a3'].map((word) => lanes.run('a', lanes, say(word))),
    lanes.run('b', lanes, say('b1')),
  ]);
  expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
});

test('work that fails is told, and the next of its key goes on', async () => {
  const lanes = new Lanes(1);
  const failing = lanes.run('a', lanes, () => Promise.reject(new Error('no')));
  const next = lanes.run('a', lanes, () => Promise.resolve(2));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe(2);
});

test('what waits of a group is evicted; what runs, and what others wait for, goes on', async () => {
  const lanes = new Lanes(2);
  const [gone, stays] = [{}, {}];
  const [running, waiting, other] = [new Job(), new Job(), new Job()];
  const first = lanes.run('a', gone, running.work);
  const second = lanes.run('a', gone, waiting.work);
  const third = lanes.run('a', stays, other.work);
  lanes.evict(gone);
  expect(await second).toBe(evicted);
  expect([waiting.started, other.started]).toEqual([false, false]);
  running.end();
  expect(await first).toBeUndefined();
  await turnOfEvents();
  expect(other.started).toBe(true);
  other.end();
  await third;
  await turnOfEvents();
  expect(lanes.size).toBe(0);
});
