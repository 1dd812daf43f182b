import { eventually, type TestBroker } from '@baton/testing';
import { Buses, collect, counted, durableQueue, exclusiveQueue, numbers, one, to } from '../../test/bus-fixture';
import { outgoing, type Bus, type QueueSpec } from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => ({ broker, bus } = await buses.open()));
afterAll(() => buses.closeAll());

/** A queue with room for one, whose only consumer takes nothing more. */
async function fullQueue(
  more: Partial<QueueSpec> = {},
): Promise<{ queue: QueueSpec; release: () => void; got: number[] }> {
  const queue: QueueSpec = { ...durableQueue(), maxLength: 1, overflow: 'refuse', ...more };
  const got: number[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const hold = async (delivery: Parameters<typeof numbers>[0]): Promise<'done'> => {
    got.push(...numbers(delivery));
    await gate;
    return 'done';
  };
  await bus.consume(queue, hold, { prefetch: 1 });
  await bus.publish(to(queue), one(0), { mandatory: true });
  await eventually(() => expect(got).toEqual([0]));
  await bus.publish(to(queue), one(1), { mandatory: true });
  return { queue, release, got };
}

test('a live message to a full queue is refused at once', async () => {
  const { queue, release } = await fullQueue();
  expect(await bus.publish(to(queue), one(2), { mandatory: true })).toBe('refused');
  release();
});

test('bytes count as well', async () => {
  const { queue, release } = await fullQueue({ maxLength: 1_000, maxBytes: 300 });
  const outcomes = await Promise.all([2, 3].map((n) => bus.publish(to(queue), one(n), { mandatory: true })));
  expect(outcomes).toContain('refused');
  release();
});

test('a durable one is tried for a while: it is taken when room comes, else refused', async () => {
  const impatient = await buses.connect(broker.url, { refusedAfterMs: 300 });
  const { queue, release, got } = await fullQueue();
  expect(await impatient.publish(to(queue), one(2), { durable: true, mandatory: true })).toBe('refused');
  const patient = bus.publish(to(queue), one(3), { durable: true, mandatory: true });
  const unasked = impatient.publish(to(queue), one(4), { durable: true });
  const elsewhere = durableQueue();
  const others = await collect(bus, elsewhere);
  expect(await bus.publish(to(elsewhere), one(9), { durable: true })).toBe('sent'); // nobody else waits for it
  release();
  expect(await Promise.all([patient, unasked])).toEqual(['sent', 'sent']);
  await eventually(() => expect([...got].sort()).toEqual([0, 1, 3, 4]));
  await eventually(() => expect(others).toEqual([9]));
});

test('a request to a full queue fails at once instead of at its timeout', async () => {
  const { queue, release } = await fullQueue();
  const asking = bus.request(to(queue), one(2), { timeoutMs: 60_000 });
  await expect(asking).rejects.toMatchObject({ code: 'RECIPIENT_FULL', recovery: 'retry' });
  release();
});

test('of two consumers of a queue read newest first the later one gets everything, then the other again', async () => {
  const queue: QueueSpec = { ...durableQueue(), newestFirst: true };
  const seen: string[] = [];
  const note = (who: string) => (delivery: Parameters<typeof numbers>[0]) => {
    seen.push(...numbers(delivery).map((n) => `${who}${n}`));
    return 'done' as const;
  };
  await bus.consume(queue, note('a'));
  const startedIn = Math.floor(Date.now() / 1000);
  await eventually(() => expect(Math.floor(Date.now() / 1000)).toBeGreaterThan(startedIn));
  const later = await (await buses.connect(broker.url)).consume(queue, note('b'));
  for (let n = 0; n < 4; n++) await bus.publish(to(queue), one(n), { durable: true });
  await eventually(() => expect(seen).toEqual(['b0', 'b1', 'b2', 'b3']));
  await later.stop();
  for (let n = 4; n < 6; n++) await bus.publish(to(queue), one(n), { durable: true });
  await eventually(() => expect(seen.slice(4)).toEqual(['a4', 'a5']));
});

test('the sender and its user are told to the receiver', async () => {
  const queue = exclusiveQueue();
  const seen: unknown[] = [];
  await bus.consume(queue, (delivery) => {
    seen.push([delivery.user, delivery.events[0]?.source]);
    return 'done';
  });
  const user = decodeURIComponent(new URL(broker.url).username);
  await bus.publish(to(queue), one(1), { mandatory: true });
  await bus.publish(to(queue), outgoing(counted, { n: 2 }, { source: '/agents/other' }), { mandatory: true });
  await eventually(() =>
    expect(seen).toEqual([
      [user, '/tests/bus'],
      [user, '/agents/other'],
    ]),
  );
});
