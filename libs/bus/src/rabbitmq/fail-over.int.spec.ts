import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, collect, durableQueue, one, to } from '../../test/bus-fixture';
import { type Bus } from '..';

/** Of several addresses the next one serves when the one before cannot. */
const buses = new Buses();
let broker: TestBroker;
let silent: Server;

beforeAll(async () => {
  ({ broker } = await buses.open());
  silent = createServer((socket) => socket.on('error', () => undefined)); // takes connections and says nothing
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(async () => {
  await buses.closeAll();
  silent.close();
});

const connect = (...urls: string[]): Promise<Bus> =>
  buses.connect(urls.join(','), { durableQueueType: 'classic', initialTimeoutMs: 8_000 });

function changed(change: (url: URL) => void): string {
  const url = new URL(broker.url);
  change(url);
  return url.href;
}

const faulty: readonly (readonly [what: string, url: () => string])[] = [
  ['nobody listens', () => changed((url) => (url.port = '1'))],
  ['the login is refused', () => changed((url) => (url.password = 'wrong'))],
  ['there is no such virtual host', () => changed((url) => (url.pathname = '/nowhere'))],
  ['there is no such machine', () => changed((url) => (url.hostname = 'nowhere.invalid'))],
  ['somebody answers nothing', () => changed((url) => (url.port = String((silent.address() as AddressInfo).port)))],
];

test.each(faulty)('where %s, the next address is taken', async (_what, url) => {
  const bus = await connect(url(), broker.url);
  expect(bus.broker).toMatchObject({ product: 'RabbitMQ' });
  expect(await bus.publish(to(durableQueue()), one(1), { mandatory: true })).toBe('unroutable');
});

test('when none can be used, each is told with its reason', async () => {
  const [[, down], [, refusing]] = faulty as [(typeof faulty)[number], (typeof faulty)[number]];
  const connecting = buses.connect(`${down()},${refusing()}`, { initialTimeoutMs: 500 });
  await expect(connecting).rejects.toThrow(/:1 cannot be reached: .*ECONNREFUSED.*cannot be reached: .*ACCESS.REFUSED/);
  await expect(connecting).rejects.not.toThrow(/wrong/);
});

test.each([
  ['is cut off', (proxy: TcpProxy) => proxy.cut()],
  ['goes silent', (proxy: TcpProxy) => proxy.goSilent()],
])(
  'when the first %s, the second carries on: consumers there, nothing durable lost',
  async (_what, fail) => {
    const proxy = await TcpProxy.inFrontOf(broker.url);
    const bus = await connect(proxy.url, broker.url);
    const queue = durableQueue();
    const got = await collect(bus, queue);
    expect(proxy.connections).toBe(2);
    const sent = [1, 2, 3].map((n) => bus.publish(to(queue), one(n), { durable: true }));
    fail(proxy);
    sent.push(bus.publish(to(queue), one(4), { durable: true }));
    expect(await Promise.all(sent)).toEqual(['sent', 'sent', 'sent', 'sent']);
    await eventually(() => expect([...new Set(got)].sort()).toEqual([1, 2, 3, 4]));
    expect(bus.connected).toBe(true);
    await bus.close();
    await proxy.close();
  },
  20_000,
);
