import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { connect } from 'amqplib';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { Buses, countOf, deadLettersOf, durableQueue, numbers, one, to } from '../../test/bus-fixture';
import { type Bus, type QueueSpec } from '..';
import { type DurableQueueType } from './declare';

const script = resolve(__dirname, '../../test/fragile-consumer.ts');
const buses = new Buses();
let child: ChildProcess | undefined;
let ended = false;

afterAll(async () => {
  ended = true;
  child?.kill('SIGKILL');
  await buses.closeAll();
});

/** Keeps a consumer running in a process of its own, as a supervisor does. Returns what is handled, and how often it died. */
function supervise(url: string, queue: QueueSpec, type: DurableQueueType): { handled: number[]; deaths: () => number } {
  const handled: number[] = [];
  let deaths = 0;
  const start = (): void => {
    child = fork(script, [url, queue.name, type], { execArgv: ['-r', '@swc-node/register'] });
    child.on('message', (n) => handled.push(n as number));
    void once(child, 'exit').then(() => {
      if (ended) return;
      deaths++;
      start();
    });
  };
  start();
  return { handled, deaths: () => deaths };
}

async function notesIn(broker: TestBroker): Promise<string[]> {
  const management = new URL(process.env.BATON_TEST_MANAGEMENT_URL ?? '');
  const auth = Buffer.from(`${management.username}:${management.password}`).toString('base64');
  const path = `/api/queues/${encodeURIComponent(new URL(broker.url).pathname.slice(1))}?columns=name`;
  const answer = await fetch(`${management.origin}${path}`, { headers: { authorization: `Basic ${auth}` } });
  const names = (await answer.json()) as { name: string }[];
  return names.map(({ name }) => name).filter((name) => name.startsWith('baton.notes.'));
}

async function fill(bus: Bus, queue: QueueSpec): Promise<void> {
  await (await bus.consume(queue, () => 'done')).stop(); // declares it
  for (let n = 1; n <= 40; n++) await bus.publish(to(queue), { ...one(n), id: `m${n}` }, { durable: true });
}

// A virtual host of its own: quorum queues stand under the same names as classic ones elsewhere.
const privately = process.env.BATON_TEST_MANAGEMENT_URL ? test : test.skip;

privately.each(['classic', 'quorum'] as const)(
  'a message that kills its process ends in the dead letters of a %s queue; all others are handled, in order',
  async (type) => {
    const broker = await testBroker();
    const bus = await buses.connect(broker.url, { durableQueueType: type });
    const queue = durableQueue();
    const letters = await deadLettersOf(bus, queue);
    await fill(bus, queue);
    ended = false;
    const { handled, deaths } = supervise(broker.url, queue, type);
    await eventually(() => expect(letters).toHaveLength(1), { timeoutMs: 120_000 });
    expect(letters[0]?.headers).toMatchObject({
      'baton-reason-code': 'poison',
      'baton-deliveries': 5,
      'baton-origin': queue.name,
    });
    expect(letters[0]?.events[0]?.id).toBe('m13');
    expect(deaths()).toBe(5);
    const innocents = Array.from({ length: 40 }, (_, index) => index + 1).filter((n) => n !== 13);
    await eventually(() => expect([...new Set(handled)]).toEqual(innocents), { timeoutMs: 20_000 });
    await eventually(async () => expect(await countOf(broker.url, queue)).toBe(0));
    expect(letters).toHaveLength(1);
    ended = true;
    child?.kill('SIGKILL');
    await bus.close();
    await broker.close();
  },
  180_000,
);

privately('redeliveries nobody died of are handled in order, and no notes about them stay', async () => {
  const broker = await testBroker();
  const bus = await buses.connect(broker.url);
  const queue = durableQueue();
  await fill(bus, queue);
  const model = await connect(broker.url);
  const channel = await model.createChannel();
  for (let n = 1; n <= 40; n++) await channel.get(queue.name);
  await model.close(); // given back: redelivered to whoever comes next
  const got: [number | undefined, boolean][] = [];
  const subscription = await bus.consume(queue, (delivery) => {
    got.push([numbers(delivery)[0], delivery.redelivered]);
    return 'done';
  });
  await eventually(() => expect(got).toEqual(Array.from({ length: 40 }, (_, index) => [index + 1, true])));
  await subscription.stop();
  expect(await notesIn(broker)).toEqual([]);
  await bus.close();
  await broker.close();
});
