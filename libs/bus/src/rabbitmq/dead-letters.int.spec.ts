import { connect, type GetMessage } from 'amqplib';
import { eventually, type TestBroker } from '@baton/testing';
import {
  Buses,
  counted,
  countOf,
  deadLettersOf,
  durableQueue,
  exclusiveQueue,
  numbers,
  one,
  to,
} from '../../test/bus-fixture';
import { exchanges, queues, readDeadLetter, type Bus, type DeadLetter, type Delivery, type QueueSpec } from '..';

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => ({ broker, bus } = await buses.open()));
afterAll(() => buses.closeAll());

async function sendRaw(queue: string, content: Buffer, contentType: string): Promise<void> {
  const model = await connect(broker.url);
  const channel = await model.createConfirmChannel();
  channel.sendToQueue(queue, content, { contentType });
  await channel.waitForConfirms();
  await model.close();
}

describe('dead letters', () => {
  test('a refused delivery is there with its reason, origin and time, and is gone from its queue', async () => {
    const queue = durableQueue();
    const letters = await deadLettersOf(bus, queue);
    const subscription = await bus.consume(queue, () => ({ reject: 'not today' }));
    await bus.publish(to(queue), { ...one(7), id: 'seven' }, { durable: true, headers: { color: 'red' } });
    await eventually(() => expect(letters).toHaveLength(1));
    await subscription.stop();
    expect(await countOf(broker.url, queue)).toBe(0);
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

  test('what the broker itself moved there, and what nobody can read, is understood by a raw reader', async () => {
    const [expiring, rejecting] = [durableQueue(), durableQueue()];
    const letters: DeadLetter[] = [];
    const spy = { ...exclusiveQueue(), bindings: queues.deadLetters.bindings };
    await bus.consumeRaw(spy, (deliveries) => {
      letters.push(...deliveries.map(readDeadLetter));
      return Promise.resolve(deliveries.map(() => 'done' as const));
    });
    const of = ({ name }: QueueSpec): DeadLetter[] => letters.filter(({ originQueue }) => originQueue === name);
    for (const queue of [expiring, rejecting]) await (await bus.consume(queue, () => 'done')).stop();

    await bus.publish(to(expiring), { ...one(7), id: 'late' }, { durable: true, expirationMs: 1 });
    await eventually(() => expect(of(expiring)).toHaveLength(1));
    const user = decodeURIComponent(new URL(broker.url).username);
    expect(of(expiring)[0]).toMatchObject({ reasonCode: 'expired', messageId: 'late', source: '/tests/bus', user });

    await sendRaw(rejecting.name, Buffer.from([0xff, 0]), 'text/plain');
    const model = await connect(broker.url);
    const channel = await model.createChannel();
    const stranger = await channel.get(rejecting.name);
    channel.nack(stranger as GetMessage, false, false);
    await eventually(() => expect(of(rejecting)).toHaveLength(1));
    expect(of(rejecting)[0]).toMatchObject({ reasonCode: 'refused', content: Buffer.from([0xff, 0]) });
    await model.close();
  });
});
