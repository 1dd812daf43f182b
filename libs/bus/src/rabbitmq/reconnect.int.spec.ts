import { connect } from 'amqplib';
import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, collect, durableQueue, exclusiveQueue, one, to, unique } from '../../test/bus-fixture';
import { routes, type Bus, type Verdict } from '..';

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

test('after a cut the queues, bindings and consumers are back, and listeners are told', async () => {
  const bus = await buses.connect(proxy.url);
  const agent = unique('agent');
  const inbox = await collect(bus, { ...exclusiveQueue(), bindings: [routes.inbox(agent)] });
  const told: string[] = [];
  bus.on('disconnected', () => told.push('disconnected'));
  bus.on('connected', () => {
    told.push('connected');
    throw new Error('a listener that throws costs nothing');
  });
  proxy.cut();
  await eventually(() => !bus.connected);
  expect(bus.connectedForMs).toBe(0);
  expect(await eventuallyOutcome(agent)).toBe('unroutable');
  proxy.mend();
  await eventually(() => bus.connected);
  expect(await steady.publish(routes.inbox(agent), one(1), { mandatory: true })).toBe('sent');
  await eventually(() => expect(inbox).toEqual([1]));
  expect(told).toEqual(['disconnected', 'connected']);
  expect(bus.connectedForMs).toBeGreaterThan(0);
  await bus.close();
});

/** The broker notices the end of a socket in its own time. */
function eventuallyOutcome(agent: string): Promise<string> {
  return eventually(async () => {
    const outcome = await steady.publish(routes.inbox(agent), one(0), { mandatory: true });
    return outcome === 'unroutable' && outcome;
  }) as Promise<string>;
}

test('B2 a queue that comes back later than its sender still gets what was sent meanwhile, once', async () => {
  const bus = await buses.connect(proxy.url);
  proxy.cut();
  await eventually(() => !bus.connected);
  proxy.mend();
  await eventually(() => bus.connected);
  const queue = durableQueue();
  let sent = false;
  const sending = bus.publish(to(queue), one(1), { durable: true }).then((outcome) => {
    sent = true;
    return outcome;
  });
  // Its own words come after what it sent before.
  expect(await bus.publish(to(queue), one(2), { mandatory: true })).toBe('unroutable');
  expect(sent).toBe(false);
  const got = await collect(steady, queue);
  expect(await sending).toBe('sent');
  await eventually(() => expect(got).toEqual([1]));
});

test('while disconnected durable messages wait, live ones and live mandatory ones are dropped', async () => {
  const queue = durableQueue();
  const got = await collect(steady, queue);
  const bus = await buses.connect(proxy.url);
  proxy.cut();
  await eventually(() => !bus.connected);
  const waiting = bus.publish(to(queue), one(1), { durable: true });
  expect(await bus.publish(to(queue), one(2))).toBe('dropped');
  expect(await bus.publish(to(queue), one(3), { mandatory: true })).toBe('dropped');
  proxy.mend();
  expect(await waiting).toBe('sent');
  await eventually(() => expect(got).toEqual([1]));
  await bus.close();
});

test('cuts in the middle of a stream lose nothing that is durable, and keep the order of first arrivals', async () => {
  const queue = durableQueue();
  const got = await collect(steady, queue);
  const bus = await buses.connect(proxy.url);
  const total = 3_000;
  const sent: Promise<string>[] = [];
  for (let n = 0; n < total; n++) {
    sent.push(bus.publish(to(queue), one(n), { durable: true }));
    if (n % 1_000 === 500) {
      await eventually(() => got.length > n / 2); // in full flow
      proxy.cut();
      proxy.mend();
    }
  }
  expect(new Set(await Promise.all(sent))).toEqual(new Set(['sent']));
  await eventually(() => expect(new Set(got).size).toBe(total));
  expect([...new Set(got)]).toEqual(Array.from({ length: total }, (_, n) => n));
  await bus.close();
}, 20_000);

test('a network that goes silent is noticed by the heartbeat', async () => {
  const bus = await buses.connect(proxy.url, { heartbeatSeconds: 1 });
  const agent = unique('agent');
  const inbox = await collect(bus, { ...exclusiveQueue(), bindings: [routes.inbox(agent)] });
  proxy.goSilent();
  await eventually(() => !bus.connected);
  proxy.mend();
  await eventually(() => bus.connected);
  await steady.publish(routes.inbox(agent), one(1), { mandatory: true });
  await eventually(() => expect(inbox).toContain(1));
  await bus.close();
}, 20_000);

test('an inbox is served again before the broker gives up the connection that held it', async () => {
  const bus = await buses.connect(proxy.url, { heartbeatSeconds: 60 });
  const agent = unique('agent');
  const inbox = await collect(bus, { ...exclusiveQueue(), bindings: [routes.inbox(agent)] });
  proxy.vanish();
  await eventually(() => !bus.connected);
  await eventually(() => bus.connected);
  expect(await steady.publish(routes.inbox(agent), one(1), { mandatory: true })).toBe('sent');
  await eventually(() => expect(inbox).toEqual([1]));
  await bus.close();
});

test('a consumer whose queue is deleted under it declares it again', async () => {
  const queue = durableQueue();
  const got = await collect(steady, queue);
  const model = await connect(broker.url);
  const channel = await model.createChannel();
  await channel.deleteQueue(queue.name);
  await model.close();
  await eventually(
    async () => (await steady.publish(to(queue), one(1), { durable: true, mandatory: true })) === 'sent',
  );
  await eventually(() => expect(got).toEqual([1]));
});

test('a delivery whose ack was lost with the connection comes again, marked', async () => {
  const queue = durableQueue();
  const bus = await buses.connect(proxy.url);
  const seen: boolean[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  await bus.consume(queue, async (delivery): Promise<Verdict> => {
    seen.push(delivery.redelivered);
    if (!delivery.redelivered) await gate;
    return 'done';
  });
  await steady.publish(to(queue), one(1), { durable: true });
  await eventually(() => expect(seen).toEqual([false]));
  proxy.cut();
  proxy.mend();
  await eventually(() => expect(seen).toEqual([false, true]));
  release();
  await bus.close();
});

test('the second address serves when the first does not answer', async () => {
  proxy.cut();
  const bus = await buses.connect(`${proxy.url},${broker.url}`, { durableQueueType: 'classic' });
  expect(bus.connected).toBe(true);
  await bus.close();
});

test('a broker that cannot be reached is named with host and port, never with the password', async () => {
  proxy.cut();
  const url = new URL(proxy.url);
  url.password = 'hunter2';
  const failure = (await buses.connect(url.href, { initialTimeoutMs: 300 }).catch((error: unknown) => error)) as Error;
  expect(failure).toMatchObject({ code: 'BROKER_UNAVAILABLE', recovery: 'retry' });
  expect(failure.message).toContain(`127.0.0.1:${url.port}`);
  expect(JSON.stringify([failure.message, failure])).not.toContain('hunter2');
});

test('a wrong password says so', async () => {
  const url = new URL(broker.url);
  url.username = 'nobody';
  url.password = 'hunter2';
  await expect(buses.connect(url.href, { initialTimeoutMs: 300 })).rejects.toThrow(/user name, the password/);
});

test('close waits for confirms, then refuses; what was never confirmed is told', async () => {
  const queue = durableQueue();
  const got = await collect(steady, queue);
  const bus = await buses.connect(proxy.url);
  const sent = Array.from({ length: 300 }, (_, n) => bus.publish(to(queue), one(n), { durable: true }));
  await bus.close();
  expect(new Set(await Promise.all(sent))).toEqual(new Set(['sent']));
  await eventually(() => expect(got).toHaveLength(300));
  await expect(bus.publish(to(queue), one(1), { durable: true })).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });

  const cutOff = await buses.connect(proxy.url);
  proxy.cut();
  await eventually(() => !cutOff.connected);
  const lost = expect(cutOff.publish(to(queue), one(1), { durable: true })).rejects.toThrow(/may or may not/);
  await cutOff.close(100);
  await lost;
});
