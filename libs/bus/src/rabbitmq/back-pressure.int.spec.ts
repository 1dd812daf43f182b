import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { AlarmingProxy } from '../../test/alarming-proxy';
import { Buses, collect, counted, countOf, durableQueue, numbers, one, to } from '../../test/bus-fixture';
import { type Bus, type Outgoing, type QueueSpec } from '..';

const limits = { confirmWindow: 100, sendBuffer: 200 };
const total = 20_000;
const buses = new Buses();
let broker: TestBroker;
let steady: Bus;

beforeAll(async () => ({ broker, bus: steady } = await buses.open()));
afterAll(() => buses.closeAll());

/** Publishes that nobody waits for, with a count of those that take room as bytes. */
function flood(bus: Bus, queue: QueueSpec): { encoded: () => number; done: Promise<Set<string>> } {
  let encoded = 0;
  const message = (n: number): Outgoing => ({
    kind: counted,
    get data() {
      encoded++;
      return { n };
    },
  });
  const sends = Array.from({ length: total }, (_, n) => bus.publish(to(queue), message(n), { durable: true }));
  return { encoded: () => encoded, done: Promise.all(sends).then((outcomes) => new Set(outcomes)) };
}

const inOrder = Array.from({ length: total }, (_, n) => n);

test('a slow consumer holds no more than its prefetch; the rest waits at the broker', async () => {
  const queue = durableQueue();
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const got: number[] = [];
  let held = 0;
  let most = 0;
  const slow = async (delivery: Parameters<typeof numbers>[0]): Promise<'done'> => {
    most = Math.max(most, ++held);
    await gate;
    got.push(...numbers(delivery));
    held--;
    return 'done';
  };
  await steady.consume(queue, slow, { prefetch: 10 });
  const { done } = flood(steady, queue);
  expect(await done).toEqual(new Set(['sent']));
  await eventually(async () => expect(await countOf(broker.url, queue)).toBe(total - 10));
  expect([held, most]).toEqual([10, 10]);
  release();
  await eventually(() => expect(got).toHaveLength(total), { timeoutMs: 30_000 });
  expect(most).toBe(10);
  expect(got).toEqual(inOrder);
}, 60_000);

test('a publisher that is faster than the broker keeps its window and buffer, no more, and everything arrives in order', async () => {
  const queue = durableQueue();
  const got = await collect(steady, queue);
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const bus = await buses.connect(proxy.url, { ...limits, heartbeatSeconds: 60 });
  proxy.goSilent(); // the broker takes nothing any more
  const { encoded, done } = flood(bus, queue);
  await eventually(() => !bus.connected, { timeoutMs: 20_000 });
  expect(encoded()).toBe(limits.confirmWindow + limits.sendBuffer);
  expect(await bus.publish(to(queue), one(-1))).toBe('dropped');
  proxy.mend();
  expect(await done).toEqual(new Set(['sent']));
  await eventually(() => expect(got.length).toBeGreaterThanOrEqual(total), { timeoutMs: 30_000 });
  expect([...new Set(got)]).toEqual(inOrder);
  await bus.close();
  await proxy.close();
}, 90_000);

test('a broker that blocks publishers: they wait within bounds, live messages are dropped, consuming goes on', async () => {
  const [queue, other] = [durableQueue(), durableQueue()];
  const got = await collect(steady, queue);
  const proxy = await AlarmingProxy.inFrontOf(broker.url);
  const bus = await buses.connect(proxy.url, { ...limits, heartbeatSeconds: 60 });
  const consumed = await collect(bus, other);
  const lost: string[] = [];
  bus.on('disconnected', () => lost.push('lost'));
  proxy.raise();
  await eventually(async () => expect(await bus.publish(to(queue), one(-1))).toBe('dropped'));
  const { encoded, done } = flood(bus, queue);
  await Promise.all(Array.from({ length: 300 }, (_, n) => steady.publish(to(other), one(n), { durable: true })));
  await eventually(() => expect(consumed).toHaveLength(300)); // three times its prefetch: acks get through
  await eventually(() => bus.connectedForMs > 6_000, { timeoutMs: 20_000 });
  expect([lost, encoded()]).toEqual([[], limits.sendBuffer]);
  proxy.clear();
  expect(await done).toEqual(new Set(['sent']));
  await eventually(() => expect(got.filter((n) => n >= 0)).toHaveLength(total), { timeoutMs: 30_000 });
  expect(got.filter((n) => n >= 0)).toEqual(inOrder);
  await bus.close();
  await proxy.close();
}, 90_000);
