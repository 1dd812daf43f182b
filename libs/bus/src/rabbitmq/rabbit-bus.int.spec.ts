import { connect } from 'amqplib';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import {
  Buses,
  counted,
  deadLettersOf,
  durableQueue,
  exclusiveQueue,
  numbers,
  to,
  unique,
} from '../../test/bus-fixture';
import {
  exchanges,
  MessageInvalidError,
  outgoing,
  routes,
  TopologyConflictError,
  type Bus,
  type Delivery,
  type Verdict,
  wireLimits,
} from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => {
  broker = await testBroker();
  bus = await buses.connect(broker.url);
});
afterAll(async () => {
  await buses.closeAll();
  await broker.close();
});

const one = (n: number) => outgoing(counted, { n });

async function sendRaw(queue: string, content: Buffer, contentType: string): Promise<void> {
  const model = await connect(broker.url);
  const channel = await model.createConfirmChannel();
  channel.sendToQueue(queue, content, { contentType });
  await channel.waitForConfirms();
  await model.close();
}

async function countOf(queue: string): Promise<number> {
  const model = await connect(broker.url);
  const { messageCount } = await (await model.createChannel()).checkQueue(queue);
  await model.close();
  return messageCount;
}

describe('publishing', () => {
  test('a mandatory message without a queue is unroutable, one with a queue is sent', async () => {
    const agent = unique('agent');
    expect(await bus.publish(routes.inbox(agent), one(1), { mandatory: true })).toBe('unroutable');
    await bus.consume({ ...exclusiveQueue(), bindings: [routes.inbox(agent)] }, () => 'done');
    expect(await bus.publish(routes.inbox(agent), one(1), { mandatory: true })).toBe('sent');
  });

  test('returns are matched to their messages when many are in flight, even under one id', async () => {
    const agent = unique('agent');
    await bus.consume({ ...exclusiveQueue(), bindings: [routes.inbox(agent)] }, () => 'done');
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, n) =>
        bus.publish(routes.inbox(n % 2 ? agent : 'nobody'), { ...one(n), id: `same-${n >> 1}` }, { mandatory: true }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'unroutable')).toHaveLength(200);
  });

  test('one publish with cc reaches every key, and a topic pattern matches', async () => {
    const [first, second] = [unique('a'), unique('b')];
    const seen: string[] = [];
    for (const key of [first, second]) {
      const bindings = [routes.inbox(key), { exchange: exchanges.events.name, key: `${key}.*` }];
      await bus.consume({ ...exclusiveQueue(), bindings }, (delivery) => {
        seen.push(`${key}:${delivery.key === first || delivery.key === second ? 'direct' : 'topic'}`);
        return 'done';
      });
    }
    await bus.publish({ ...routes.inbox(first), cc: [second] }, one(1), { mandatory: true });
    await bus.publish(routes.event(`${second}.done`), one(2), { mandatory: true });
    await eventually(() => expect(seen).toHaveLength(3));
    expect(seen.sort()).toEqual([`${first}:direct`, `${second}:direct`, `${second}:topic`].sort());
  });

  test('messages of one sender to one queue keep their order, alone and in batches', async () => {
    const queue = durableQueue();
    const got: number[] = [];
    await bus.consume(queue, (delivery) => {
      got.push(...numbers(delivery));
      return 'done';
    });
    const sends = Array.from({ length: 2_000 }, (_, n) =>
      bus.publish(to(queue), [one(2 * n), one(2 * n + 1)], { durable: true }),
    );
    expect(new Set(await Promise.all(sends))).toEqual(new Set(['sent']));
    await eventually(() => expect(got).toHaveLength(4_000));
    expect(got).toEqual(Array.from({ length: 4_000 }, (_, n) => n));
  });

  test('a full window and buffer make publish wait, and everything arrives in order', async () => {
    const narrow = await buses.connect(broker.url, { confirmWindow: 2, sendBuffer: 3 });
    const queue = durableQueue();
    const got: number[] = [];
    await narrow.consume(queue, (delivery) => {
      got.push(...numbers(delivery));
      return 'done';
    });
    await Promise.all(Array.from({ length: 200 }, (_, n) => narrow.publish(to(queue), one(n), { durable: true })));
    await eventually(() => expect(got).toHaveLength(200));
    expect(got).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  test('an exchange that does not exist is unroutable; others on the same channel still arrive', async () => {
    const queue = durableQueue();
    const got: number[] = [];
    await bus.consume(queue, (delivery) => {
      got.push(...numbers(delivery));
      return 'done';
    });
    const nowhere = { exchange: unique('exchange'), key: 'x' };
    const before = Array.from({ length: 50 }, (_, n) => bus.publish(to(queue), one(n), { durable: true }));
    const wrong = expect(bus.publish(nowhere, one(0), { durable: true })).rejects.toMatchObject({ code: 'UNROUTABLE' });
    const after = Array.from({ length: 50 }, (_, n) => bus.publish(to(queue), one(50 + n), { durable: true }));
    await wrong;
    expect(new Set(await Promise.all([...before, ...after]))).toEqual(new Set(['sent']));
    expect(await bus.publish(nowhere, one(0))).toBe('sent'); // a live message: nobody asked
    // its channel heals as well; what was sent on the broken one is lost, as live messages may be
    await eventually(async () => {
      await bus.publish(to(queue), one(100));
      return got.includes(100);
    });
    expect(new Set(got).size).toBe(101);
  });

  test('what cannot be put on the wire is the message’s fault, not the connection’s', async () => {
    const tooLarge = { kind: counted, dataJson: `"${'x'.repeat(wireLimits.eventDataBytes)}"` };
    await expect(bus.publish(to(durableQueue()), tooLarge, { durable: true })).rejects.toThrow(MessageInvalidError);
    const longKey = { exchange: '', key: 'k'.repeat(300) };
    await expect(bus.publish(longKey, one(1), { durable: true })).rejects.toThrow(MessageInvalidError);
    expect(bus.connected).toBe(true);
  });
});

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

  test('stop gives back what was not handled', async () => {
    const queue = durableQueue();
    const subscription = await bus.consume(queue, () => 'retry');
    await bus.publish(to(queue), one(1), { durable: true });
    await subscription.stop();
    await eventually(async () => expect(await countOf(queue.name)).toBe(1));
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
    expect(await countOf(queue.name)).toBe(0);
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

describe('dead letters', () => {
  test('a refused delivery is there with its reason, origin and time, and is gone from its queue', async () => {
    const queue = durableQueue();
    const letters = await deadLettersOf(bus, queue);
    const subscription = await bus.consume(queue, () => ({ reject: 'not today' }));
    await bus.publish(to(queue), { ...one(7), id: 'seven' }, { durable: true, headers: { color: 'red' } });
    await eventually(() => expect(letters).toHaveLength(1));
    await subscription.stop();
    expect(await countOf(queue.name)).toBe(0);
    const [letter] = letters as [Delivery];
    expect(letter.headers).toMatchObject({ 'baton-reason': 'not today', 'baton-origin': queue.name, color: 'red' });
    expect(Date.parse(String(letter.headers['baton-at']))).toBeGreaterThan(Date.now() - 60_000);
    expect(letter.events[0]).toMatchObject({ id: 'seven', data: { n: 7 } });
  });

  test('of a batch only the events that do not fit are refused', async () => {
    const queue = durableQueue();
    const letters = await deadLettersOf(bus, queue);
    const got: number[] = [];
    await bus.consume(
      queue,
      (delivery) => {
        got.push(...numbers(delivery));
        return 'done';
      },
      { kinds: [counted] },
    );
    const wrong = { kind: counted, data: { n: 'two' } };
    const unknown = { kind: { ...counted, type: 'io.baton.test.unknown.v1' }, data: { n: 4 } };
    await bus.publish(to(queue), [one(1), wrong, one(3), unknown], { durable: true });
    await eventually(() => expect(got).toEqual([1, 3]));
    await eventually(() => expect(letters).toHaveLength(1));
    expect(letters[0]?.events.map((event) => event.data)).toEqual([{ n: 'two' }, { n: 4 }]);
    expect(letters[0]?.headers['baton-reason']).toMatch(/does not fit: n must be integer/);
  });

  test.each([
    ['not JSON', Buffer.from('{"specversion'), 'application/cloudevents+json', /not JSON/],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/cloudevents+json', /UTF-8/],
    ['of another content type', Buffer.from('{}'), 'text/plain', /content type/],
  ])('a message that is %s goes there', async (_what, content, contentType, reason) => {
    const queue = durableQueue();
    const raw: string[] = [];
    const model = await connect(broker.url);
    const channel = await model.createChannel();
    const { queue: spy } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(spy, exchanges.deadLetters.name, '');
    await channel.consume(spy, (message) => {
      const headers = message?.properties.headers ?? {};
      if (headers['baton-origin'] === queue.name) raw.push(String(headers['baton-reason']));
    });
    await bus.consume(queue, () => 'done');
    await sendRaw(queue.name, content, contentType);
    await eventually(() => expect(raw).toEqual([expect.stringMatching(reason)]));
    await model.close();
  });

  test('a poison message ends there after six failures, its batch neighbors are handled', async () => {
    const queue = durableQueue();
    const letters = await deadLettersOf(bus, queue);
    const done = new Set<number>();
    let poisoned = 0;
    const sizes: number[] = [];
    await (await bus.consume(queue, () => 'done')).stop(); // declares it
    await Promise.all([1, 2, 3].map((n) => bus.publish(to(queue), one(n), { durable: true })));
    await bus.consumeBatches(queue, (deliveries) => {
      const batch = deliveries.flatMap(numbers);
      sizes.push(batch.length);
      if (batch.includes(2) && ++poisoned) throw new Error('cannot digest 2');
      for (const n of batch) done.add(n);
      return Promise.resolve(deliveries.map(() => 'done' as const));
    });
    await eventually(() => expect(letters).toHaveLength(1), { timeoutMs: 20_000 });
    expect(sizes[0]).toBe(3);
    expect(letters[0]?.headers['baton-reason']).toMatch(/failed 6 times: cannot digest 2/);
    expect([...done].sort()).toEqual([1, 3]);
    expect(poisoned).toBeGreaterThanOrEqual(6);
  }, 30_000);
});
