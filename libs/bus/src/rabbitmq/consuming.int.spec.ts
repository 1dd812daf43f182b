import { eventually, type TestBroker } from '@baton/testing';
import { Buses, countOf, durableQueue, exclusiveQueue, numbers, one, to, unique } from '../../test/bus-fixture';
import { routes, TopologyConflictError, type Bus, type Verdict } from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => ({ broker, bus } = await buses.open()));
afterAll(() => buses.closeAll());

describe('consuming', () => {
  test('a thousand deliveries in one batch are acked in one go', async () => {
    const queue = durableQueue();
    const declared = await bus.consume(queue, () => new Promise(() => undefined), { prefetch: 1 });
    void declared.stop();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => bus.publish(to(queue), one(n), { durable: true })));
    const other = await buses.connect(broker.url);
    const sizes: number[] = [];
    const subscription = await other.consumeBatches(
      queue,
      (deliveries) => {
        sizes.push(deliveries.length);
        return Promise.resolve(deliveries.map(() => 'done' as const));
      },
      { prefetch: 1_000 },
    );
    await eventually(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(999));
    await subscription.stop();
    expect(Math.max(...sizes)).toBeGreaterThan(50);
  });

  test('deliveries that come while a batch handler is busy gather into its next call', async () => {
    const queue = durableQueue();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const batches: number[][] = [];
    await bus.consumeBatches(queue, async (deliveries) => {
      batches.push(deliveries.flatMap(numbers));
      if (batches.length === 1) await gate;
      return deliveries.map(() => 'done' as const);
    });
    await bus.publish(to(queue), one(0), { durable: true });
    await eventually(() => expect(batches).toHaveLength(1));
    await Promise.all([1, 2, 3, 4, 5].map((n) => bus.publish(to(queue), one(n), { durable: true })));
    const last = unique('last');
    await bus.publish(routes.inbox(last), one(9), { mandatory: true }); // the five are with the broker by now
    release();
    await eventually(() => expect(batches.flat()).toHaveLength(6));
    expect(batches[0]).toEqual([0]);
    expect(batches.length).toBeLessThanOrEqual(3);
  });

  test('retry gives the delivery again, marked, and nothing else waits for it', async () => {
    const queue = durableQueue();
    const seen: [number, boolean][] = [];
    await bus.consume(queue, (delivery) => {
      const [n] = numbers(delivery) as [number];
      seen.push([n, delivery.redelivered]);
      return n === 1 && seen.filter(([m]) => m === 1).length < 3 ? 'retry' : 'done';
    });
    await bus.publish(to(queue), one(1), { durable: true });
    await bus.publish(to(queue), one(2), { durable: true });
    await eventually(() => expect(seen.filter(([n]) => n === 1)).toHaveLength(3));
    expect(seen.slice(0, 2)).toEqual([
      [1, false],
      [2, false],
    ]);
    expect(seen.slice(2)).toEqual([
      [1, true],
      [1, true],
    ]);
  });

  test('the consumer of the highest priority gets everything while it has room, and the other what it leaves', async () => {
    const queue = durableQueue();
    const taken = { low: 0, high: 0 };
    const options = { prefetch: 100 };
    await bus.consume(queue, () => (taken.low++, 'done'), { ...options, priority: 1 });
    const other = await buses.connect(broker.url);
    const later = await other.consume(queue, () => (taken.high++, 'done'), { ...options, priority: 2 });
    for (let n = 0; n < 20; n++) await bus.publish(to(queue), one(n), { durable: true });
    await eventually(() => expect(taken).toEqual({ low: 0, high: 20 }));
    await later.stop();
    await bus.publish(to(queue), one(20), { durable: true });
    await eventually(() => expect(taken).toEqual({ low: 1, high: 20 }));
  });

  test('stop gives back what was not handled', async () => {
    const queue = durableQueue();
    const subscription = await bus.consume(queue, () => 'retry');
    await bus.publish(to(queue), one(1), { durable: true });
    await subscription.stop();
    await eventually(async () => expect(await countOf(broker.url, queue)).toBe(1));
  });

  test('stop waits for the handler that runs, and its ack gets through', async () => {
    const queue = durableQueue();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let entered = false;
    const subscription = await bus.consume(queue, async (): Promise<Verdict> => {
      entered = true;
      await gate;
      return 'done';
    });
    await bus.publish(to(queue), one(1), { durable: true });
    await eventually(() => entered);
    const stopping = subscription.stop();
    release();
    await stopping;
    expect(await countOf(broker.url, queue)).toBe(0);
  });

  test('a queue that stands with other properties is a clear conflict, and the bus goes on', async () => {
    const queue = durableQueue();
    await bus.consume(queue, () => 'done');
    await expect(bus.consume({ ...queue, maxLength: 5 }, () => 'done')).rejects.toThrow(TopologyConflictError);
    expect(bus.connected).toBe(true);
  });

  test('an exclusive queue of somebody else is a clear conflict', async () => {
    const queue = exclusiveQueue();
    await bus.consume(queue, () => 'done');
    const other = await buses.connect(broker.url);
    await expect(other.consume(queue, () => 'done')).rejects.toThrow(/belongs to another connection/);
  });
});
