import { testBroker, type TestBroker } from '@baton/testing';
import { connect } from 'amqplib';
import { type Bus } from '../bus';
import { type DurableQueueType } from './declare';
import { exchanges, queues, routes } from '../topology';
import { Buses, durableQueue, exclusiveQueue, one, to, unique } from '../../test/bus-fixture';

// Quorum queues stand under the same names as classic ones elsewhere: only a virtual host of their own will do.
const types: DurableQueueType[] = process.env.BATON_TEST_MANAGEMENT_URL ? ['classic', 'quorum'] : ['classic'];

describe.each(types)('queues that others consume, %s', (durableQueueType) => {
  let broker: TestBroker;
  let bus: Bus;
  const buses = new Buses();
  const waiting = async (name: string): Promise<number | undefined> => (await bus.admin.inspect([name]))[0]?.messages;
  beforeAll(async () => {
    broker = await testBroker();
    bus = await buses.connect(broker.url, { durableQueueType });
  }, 60_000);
  afterAll(async () => {
    await buses.closeAll();
    await broker.close();
  });

  test('a queue is made with its bindings, again and again, and takes up what it is sent', async () => {
    const channel = unique('channel');
    const queue = { ...queues.mailbox(unique('box')), bindings: [routes.channel(channel)] };
    expect(await bus.publish(routes.channel(channel), one(1), { durable: true, mandatory: true })).toBe('unroutable');
    await bus.admin.declare(queue);
    await bus.admin.declare(queue);
    expect(await bus.publish(routes.channel(channel), one(1), { durable: true, mandatory: true })).toBe('sent');
    expect(await waiting(queue.name)).toBe(1);
    for (let n = 0; n < 2; n++) await bus.admin.unbind(queue.name, routes.channel(channel));
    expect(await bus.publish(routes.channel(channel), one(2), { mandatory: true })).toBe('unroutable');
  });

  test('a queue goes; while messages wait only when they may be lost', async () => {
    const queue = { ...durableQueue(), bindings: [routes.live(unique('address'))] };
    await bus.admin.declare(queue);
    await bus.publish(to(queue), one(1), { durable: true });
    expect(await bus.admin.remove(queue, { ifEmpty: true })).toBe(false);
    expect(await bus.publish(queue.bindings[0] as never, one(2), { durable: true, mandatory: true })).toBe('sent');
    expect(await waiting(queue.name)).toBe(2);
    expect(await bus.admin.remove(queue)).toBe(true);
    expect(await waiting(queue.name)).toBeUndefined();
    expect([await bus.admin.remove(queue), await bus.admin.remove(queue, { ifEmpty: true })]).toEqual([true, true]);
    await bus.admin.declare(queue);
    expect(await bus.admin.remove(queue, { ifEmpty: true })).toBe(true);
    expect(await waiting(queue.name)).toBeUndefined();
  });

  test('many are looked at; those that are missing are told', async () => {
    const [first, second] = [durableQueue(), durableQueue()];
    for (const queue of [first, second]) await bus.admin.declare(queue);
    const consumer = await bus.consume(second, () => 'done');
    const states = await bus.admin.inspect([unique('none'), first.name, unique('none'), second.name, unique('none')]);
    expect(states.map((state) => state && [state.messages, state.consumers])).toEqual([
      undefined,
      [0, 0],
      undefined,
      [0, 1],
      undefined,
    ]);
    await consumer.stop();
  });

  test('an exchange that somebody removed is made again; properties that differ are told', async () => {
    const model = await connect(broker.url);
    await (await model.createChannel()).deleteExchange(exchanges.channels.name);
    await model.close();
    const queue = { ...durableQueue(), bindings: [routes.channel(unique('channel'))] };
    await bus.admin.declare(queue);
    expect(await bus.admin.inspect([queue.name])).toEqual([{ messages: 0, consumers: 0 }]);
    await expect(bus.admin.declare({ ...queue, maxLength: 3 })).rejects.toMatchObject({ code: 'TOPOLOGY_CONFLICT' });
    expect(() => bus.admin.declare(exclusiveQueue())).toThrow('is not durable');
  });
});
