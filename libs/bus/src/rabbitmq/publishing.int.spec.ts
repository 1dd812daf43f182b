import { eventually, type TestBroker } from '@baton/testing';
import { Buses, collect, counted, durableQueue, exclusiveQueue, one, to, unique } from '../../test/bus-fixture';
import { exchanges, MessageInvalidError, routes, type Bus, wireLimits } from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => ({ broker, bus } = await buses.open()));
afterAll(() => buses.closeAll());

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
    const got = await collect(bus, queue);
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
    const got = await collect(narrow, queue);
    await Promise.all(Array.from({ length: 200 }, (_, n) => narrow.publish(to(queue), one(n), { durable: true })));
    await eventually(() => expect(got).toHaveLength(200));
    expect(got).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  test('an exchange that does not exist is unroutable; others on the same channel still arrive', async () => {
    const queue = durableQueue();
    const got = await collect(bus, queue);
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
