import { connect, type GetMessage } from 'amqplib';
import { type Bus } from '../bus';
import { Buses, counted, durableQueue, one, to, unique } from '../../test/bus-fixture';

const buses = new Buses();
let bus: Bus;
let url: string;
beforeAll(async () => {
  const opened = await buses.open();
  bus = opened.bus;
  url = opened.broker.url;
});
afterAll(() => buses.closeAll());

test('bytes arrive as they are, with their properties', async () => {
  const queue = durableQueue();
  await bus.admin.declare(queue);
  const content = Buffer.from([0, 1, 2, 255]);
  const message = { content, messageId: unique('id'), type: 'any', contentType: 'x/y', headers: { a: '1', n: 2 } };
  expect(await bus.forward(to(queue), message)).toBe('sent');
  const model = await connect(url);
  const got = (await (await model.createChannel()).get(queue.name, { noAck: true })) as GetMessage;
  await model.close();
  expect(got.content).toEqual(content);
  expect(got.properties).toMatchObject({
    messageId: message.messageId,
    type: 'any',
    contentType: 'x/y',
    headers: message.headers,
    deliveryMode: 2,
  });
  await bus.admin.remove(queue);
});

test('nobody there: told at once', async () => {
  const target = { exchange: '', key: unique('nobody') };
  expect(await bus.forward(target, { content: Buffer.from('x'), messageId: unique('id') })).toBe('unroutable');
});

test('what is gathered may outlive the asker, when it says so', async () => {
  const queue = durableQueue();
  await bus.admin.declare(queue);
  const ask = { withinMs: 1, headers: { n: '1' } };
  expect(await bus.gather(to(queue), one(1), { ...ask, expirationMs: Infinity })).toEqual([]);
  const taken: unknown[] = [];
  await bus.consume(queue, ({ events }) => {
    taken.push(...events.map(({ type }) => type));
    return 'done';
  });
  await expect(bus.request(to(queue), one(2), { timeoutMs: 200 })).rejects.toThrow(/No answer/);
  expect(taken).toEqual([counted.type, counted.type]);
});
