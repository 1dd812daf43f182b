import { rmSync } from 'node:fs';
import { eventually, testFolder } from '@baton/testing';
import { startServices, type Services } from '../../../../tools/services';
import { Buses, counted, durableQueue, exclusiveQueue, numbers, to, unique } from '../../test/bus-fixture';
import { outgoing, routes } from '..';

const buses = new Buses();
let folder: string;
let services: Services;

beforeAll(async () => {
  folder = testFolder('bus');
  services = await startServices({ dataDir: folder, databaseUrl: process.env.DATABASE_URL, progress: () => undefined });
}, 120_000);
afterAll(async () => {
  await buses.closeAll();
  await services?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('kill -9 of the broker in the middle of confirmed publishing loses nothing; everything is back by itself', async () => {
  const broker = services.broker;
  if (!broker) throw new Error('this test needs a broker of its own');
  const [sender, receiver] = await Promise.all([
    buses.connect(services.messageQueueUrl),
    buses.connect(services.messageQueueUrl),
  ]);
  const queue = durableQueue();
  const got = new Set<number>();
  await receiver.consumeBatches(queue, (deliveries) => {
    for (const n of deliveries.flatMap(numbers)) got.add(n);
    return Promise.resolve(deliveries.map(() => 'done' as const));
  });
  const agent = unique('agent');
  const pings: number[] = [];
  await receiver.consume({ ...exclusiveQueue(), bindings: [routes.inbox(agent)] }, (delivery) => {
    pings.push(...numbers(delivery));
    return 'done';
  });

  let running = true;
  let sent = 0;
  const confirmed = new Set<number>();
  const publishOn = async (): Promise<void> => {
    while (running) {
      const n = sent++;
      if ((await sender.publish(to(queue), outgoing(counted, { n }), { durable: true })) === 'sent') confirmed.add(n);
    }
  };
  const publishers = Promise.all(Array.from({ length: 50 }, publishOn));
  await eventually(() => confirmed.size > 2_000);
  await broker.kill();
  await eventually(() => !sender.connected && !receiver.connected);
  const before = confirmed.size;
  await broker.start();
  await eventually(() => confirmed.size > before + 2_000, { timeoutMs: 30_000 });
  running = false;
  await publishers;

  expect(confirmed.size).toBe(sent);
  await eventually(() => expect([...confirmed].filter((n) => !got.has(n))).toEqual([]), { timeoutMs: 30_000 });
  expect(await sender.publish(routes.inbox(agent), outgoing(counted, { n: 1 }), { mandatory: true })).toBe('sent');
  await eventually(() => expect(pings).toEqual([1]));
}, 90_000);
