import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, collect, durableQueue, exclusiveQueue, one, to, unique } from '../../test/bus-fixture';
import { routes, type Bus } from '..';

// AMQP's own heartbeats would take two minutes to notice anything here.
const heartbeatSeconds = 60;
const buses = new Buses();
let broker: TestBroker;
let steady: Bus;
let proxy: TcpProxy;

beforeAll(async () => ({ broker, bus: steady } = await buses.open()));
beforeEach(async () => {
  proxy = await TcpProxy.inFrontOf(broker.url);
});
afterEach(async () => proxy.close());
afterAll(() => buses.closeAll());

test('a network that goes silent under a confirmed publish is left; the message arrives over the next connection', async () => {
  const queue = durableQueue();
  const got = await collect(steady, queue);
  const bus = await buses.connect(proxy.url, { heartbeatSeconds });
  expect(await bus.publish(to(queue), one(1), { durable: true })).toBe('sent');
  proxy.goSilent();
  const sending = bus.publish(to(queue), one(2), { durable: true });
  await eventually(() => !bus.connected, { timeoutMs: 15_000 });
  proxy.mend();
  expect(await sending).toBe('sent');
  await eventually(() => expect(got).toEqual([1, 2]));
}, 30_000);

test('one that goes silent around a consumer that only listens is left as well', async () => {
  const bus = await buses.connect(proxy.url, { heartbeatSeconds });
  const agent = unique('agent');
  const inbox = await collect(bus, { ...exclusiveQueue(), bindings: [routes.inbox(agent)] });
  await steady.publish(routes.inbox(agent), one(1), { mandatory: true });
  await eventually(() => expect(inbox).toEqual([1]));
  proxy.goSilent();
  await eventually(() => !bus.connected, { timeoutMs: 20_000 });
  proxy.mend();
  await eventually(() => bus.connected, { timeoutMs: 20_000 });
  expect(await steady.publish(routes.inbox(agent), one(2), { mandatory: true })).toBe('sent');
  await eventually(() => expect(inbox).toEqual([1, 2]));
}, 60_000);

test('a silence while everything is set up again ends as well', async () => {
  const bus = await buses.connect(proxy.url, { heartbeatSeconds });
  const inbox = await collect(bus, exclusiveQueue());
  proxy.cut();
  await eventually(() => !bus.connected);
  proxy.mend();
  proxy.goSilent(); // connections open and hang
  await eventually(() => proxy.connections > 0);
  proxy.mend();
  await eventually(() => bus.connected, { timeoutMs: 20_000 });
  expect(inbox).toEqual([]);
}, 40_000);

test('a process that was stopped for a while keeps its healthy connection', async () => {
  const bus = await buses.connect(broker.url, { heartbeatSeconds });
  const lost: string[] = [];
  bus.on('disconnected', () => lost.push('lost'));
  const queue = durableQueue();
  const got = await collect(bus, queue);
  const sending = bus.publish(to(queue), one(1), { durable: true });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
  expect(await sending).toBe('sent');
  await eventually(() => expect(got).toEqual([1]));
  expect(lost).toEqual([]);
}, 20_000);

test('an idle connection stays, and is not asked all the time', async () => {
  const bus = await buses.connect(proxy.url);
  const lost: string[] = [];
  bus.on('disconnected', () => lost.push('lost'));
  expect(bus.connected).toBe(true);
  await eventually(() => bus.connectedForMs > 8_000, { timeoutMs: 15_000 });
  expect(lost).toEqual([]);
  expect(await bus.publish(routes.inbox(unique('nobody')), one(1), { mandatory: true })).toBe('unroutable');
}, 30_000);
