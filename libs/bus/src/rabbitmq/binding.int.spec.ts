import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, durableQueue, exclusiveQueue, numbers, one, unique } from '../../test/bus-fixture';
import { routes, type Bus, type QueueSpec, type Subscription } from '..';

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

/** A consumer behind the proxy that binds as it goes. */
async function listener(queue: QueueSpec): Promise<{ bus: Bus; subscription: Subscription; got: number[] }> {
  const bus = await buses.connect(proxy.url);
  const got: number[] = [];
  const subscription = await bus.consume(queue, (delivery) => {
    got.push(...numbers(delivery));
    return 'done';
  });
  return { bus, subscription, got };
}

const say = (key: string, n: number): Promise<string> =>
  steady.publish(routes.channel(key), one(n), { mandatory: true });

test('a binding stands once bind resolves, is gone once unbind does, and both survive a reconnect', async () => {
  const { bus, subscription, got } = await listener(exclusiveQueue());
  const [kept, left] = [unique('kept'), unique('left')];
  for (const key of [kept, left, kept]) await subscription.bind(routes.channel(key));
  expect([await say(kept, 1), await say(left, 2)]).toEqual(['sent', 'sent']);
  await subscription.unbind(routes.channel(left));
  expect(await say(left, 3)).toBe('unroutable');
  proxy.cut();
  await eventually(() => !bus.connected);
  proxy.mend();
  await eventually(() => bus.connected);
  expect([await say(kept, 4), await say(left, 5)]).toEqual(['sent', 'unroutable']);
  await eventually(() => expect(got).toEqual([1, 2, 4]));
});

test('what is bound and unbound while disconnected comes with the next connection, also on a durable queue', async () => {
  const { bus, subscription, got } = await listener(durableQueue());
  const [before, meanwhile] = [unique('before'), unique('meanwhile')];
  await subscription.bind(routes.channel(before));
  proxy.cut();
  await eventually(() => !bus.connected);
  const changes = [subscription.bind(routes.channel(meanwhile)), subscription.unbind(routes.channel(before))];
  expect(await say(before, 1)).toBe('sent'); // durable: the broker knows nothing of it yet
  proxy.mend();
  await Promise.all(changes);
  expect([await say(before, 2), await say(meanwhile, 3)]).toEqual(['unroutable', 'sent']);
  await eventually(() => expect(got).toEqual([1, 3]));
});

test('an exchange that does not exist is told, and costs neither deliveries nor the next reconnect', async () => {
  const { bus, subscription, got } = await listener(exclusiveQueue());
  const nowhere = { exchange: unique('exchange'), key: 'x' };
  await expect(subscription.bind(nowhere)).rejects.toMatchObject({ code: 'UNROUTABLE' });
  const key = unique('key');
  await subscription.bind(routes.channel(key));
  proxy.cut();
  await eventually(() => !bus.connected);
  proxy.mend();
  await eventually(() => bus.connected);
  expect(await say(key, 1)).toBe('sent');
  await eventually(() => expect(got).toEqual([1]));
});

test('a change nobody can make any more ends with its subscription', async () => {
  const { bus, subscription } = await listener(exclusiveQueue());
  proxy.cut();
  await eventually(() => !bus.connected);
  const binding = subscription.bind(routes.channel(unique('late')));
  await subscription.stop();
  await binding;
});
