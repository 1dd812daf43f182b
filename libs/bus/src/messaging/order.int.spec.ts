import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, counted, countOf, deadLettersOf, durableQueue, one } from '../../test/bus-fixture';
import { Gate, messengerOn, numbersInto, party, StandInRegistry } from '../../test/messaging-fixture';
import { createSender, onMessage, queues, type Bus, type Sender } from '..';

jest.setTimeout(30_000); // machines that run other suites at the same time are slow

const buses = new Buses();
let broker: TestBroker;
let bus: Bus;

beforeAll(async () => {
  ({ broker, bus } = await buses.open());
  await new StandInRegistry().start(bus);
});
afterAll(() => buses.closeAll());

async function sendersFrom(url: string, count: number): Promise<Sender[]> {
  const connected = Array.from({ length: count }, (_, n) => buses.connect(url, { source: `/senders/${n}` }));
  return (await Promise.all(connected)).map((remote) => createSender(remote));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('messages of one sender are handled one after another, in order; those of others meanwhile', async () => {
  const name = party();
  const got = new Map<string, number[]>();
  const together = new Gate(); // all three have begun
  let [running, most, ofOne] = [0, 0, 0];
  const handler = onMessage(counted, async ({ data, event }) => {
    most = Math.max(most, ++running);
    const mine = got.get(event.source) ?? [];
    const before = mine.length;
    if (most === 3) together.open();
    await (data.n === 0 ? together.passed : new Promise((resolve) => setImmediate(resolve)));
    ofOne += mine.length - before; // anything else of this sender in between
    mine.push(data.n);
    got.set(event.source, mine);
    running--;
  });
  await messengerOn(bus, name).receive([handler]);
  const senders = await sendersFrom(broker.url, 3);
  await Promise.all(senders.map((sender) => sender.send(name, one(0))));
  await together.passed;
  await Promise.all(senders.flatMap((sender) => upTo(299).map((n) => sender.send(name, one(n + 1)))));
  await eventually(() => expect([...got.values()].flat()).toHaveLength(900));
  expect([...got.values()]).toEqual([upTo(300), upTo(300), upTo(300)]);
  expect([most, ofOne]).toEqual([3, 0]);
});

test('at most so many run at once, however many send', async () => {
  const name = party();
  let [running, most, done] = [0, 0, 0];
  const handler = onMessage(counted, async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    done++;
  });
  await messengerOn(bus, name, { concurrency: 2 }).receive([handler]);
  const sender = createSender(bus);
  await Promise.all(upTo(60).map((n) => sender.send(name, { ...one(n), source: `/many/${n % 6}` })));
  await eventually(() => expect(done).toBe(60));
  expect(most).toBe(2);
});

test('a message that is tried again holds back what its sender said after it, and nobody else', async () => {
  const [name, got] = [party(), [] as string[]];
  let failures = 0;
  const handler = onMessage(counted, ({ data, event, redelivered }) => {
    if (event.source === '/tests/bus' && data.n === 1 && ++failures < 3) throw new Error('not yet');
    got.push(`${event.source} ${data.n} ${redelivered}`);
  });
  await messengerOn(bus, name).receive([handler]);
  const [other] = (await sendersFrom(broker.url, 1)) as [Sender];
  for (const n of [1, 2, 3]) await createSender(bus).send(name, one(n));
  await other.send(name, one(1));
  await eventually(() => expect(got).toHaveLength(4));
  expect(got).toEqual(['/senders/0 1 false', '/tests/bus 1 true', '/tests/bus 2 false', '/tests/bus 3 false']);
});

test('over cuts on both sides: durable messages in order, every one, none twice', async () => {
  const name = party();
  const [near, far] = [await TcpProxy.inFrontOf(broker.url), await TcpProxy.inFrontOf(broker.url)];
  const got = new Map<string, number[]>();
  const messenger = messengerOn(await buses.connect(near.url), name);
  await messenger.receive([
    onMessage(counted, async ({ data, event }) => {
      await new Promise((resolve) => setImmediate(resolve));
      got.set(event.source, [...(got.get(event.source) ?? []), data.n]);
    }),
  ]);
  await messenger.openMailbox();
  const senders = await sendersFrom(far.url, 3);
  const sent = senders.map((sender) => upTo(600).map((n) => sender.send(name, one(n), { durable: true })));
  const handled = (): number => [...got.values()].flat().length;
  for (const part of [200, 600, 1000, 1400]) {
    await eventually(() => handled() >= part);
    for (const proxy of part % 400 === 200 ? [near, far] : [near]) {
      proxy.cut();
      proxy.mend();
    }
  }
  await Promise.all(sent.flat());
  await eventually(() => expect(handled()).toBe(1800));
  expect([...got.values()]).toEqual([upTo(600), upTo(600), upTo(600)]);
  await Promise.all([near.close(), far.close()]);
});

test('a copy that comes while the first still runs waits for it, and is not handled again', async () => {
  const name = party();
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const remote = await buses.connect(proxy.url);
  const gate = new Gate();
  const got: number[] = [];
  const messenger = messengerOn(remote, name);
  await messenger.receive([
    onMessage(counted, async ({ data }) => {
      got.push(data.n);
      await gate.passed;
    }),
  ]);
  await messenger.openMailbox();
  const sender = createSender(bus);
  for (const n of [1, 2, 3]) await sender.send(name, one(n), { durable: true });
  await eventually(() => expect(got).toEqual([1]));
  for (let cuts = 0; cuts < 3; cuts++) {
    proxy.cut();
    await eventually(() => !remote.connected);
    proxy.mend();
    await eventually(() => remote.connected);
  }
  gate.open();
  await sender.send(name, one(4), { durable: true });
  await eventually(() => expect(got).toEqual([1, 2, 3, 4]));
  await eventually(async () => expect(await countOf(broker.url, queues.mailbox(name))).toBe(0));
  await messenger.close();
  await proxy.close();
});

test('sent again with its id it is handled once; another source may use the same id', async () => {
  const [name, got] = [party(), [] as number[]];
  await messengerOn(bus, name).receive([numbersInto(got)]);
  const sender = createSender(bus);
  for (const n of [1, 1, 2]) await sender.send(name, { ...one(n), id: `id-${n}` });
  await sender.send(name, { ...one(9), id: 'id-1', source: '/elsewhere' });
  await sender.send(name, one(3));
  await eventually(() => expect([...got].sort()).toEqual([1, 2, 3, 9]));
});

test('what failed for good is a dead letter, and may be sent again with its id', async () => {
  const name = party();
  const letters = await deadLettersOf(bus, durableQueue(`baton.mailbox.${name}`));
  const got: number[] = [];
  let healthy = false;
  const messenger = messengerOn(bus, name);
  await messenger.receive([
    onMessage(counted, ({ data }) => {
      if (!healthy) throw new TypeError('poison');
      got.push(data.n);
    }),
  ]);
  await messenger.openMailbox();
  const sender = createSender(bus);
  await sender.send(name, { ...one(1), id: 'poison' }, { durable: true });
  await eventually(() => expect(letters).toHaveLength(1));
  expect(letters[0]?.headers).toMatchObject({
    'baton-reason': expect.stringMatching(/failed 6 times: .*poison/),
    'baton-reason-code': 'poison',
  });
  healthy = true;
  await sender.send(name, { ...one(1), id: 'poison' }, { durable: true });
  await eventually(() => expect(got).toEqual([1]));
});

test('of several handlers those that are done are not called again for one that fails', async () => {
  const [name, got] = [party(), [] as string[]];
  let failures = 0;
  const messenger = messengerOn(bus, name);
  await messenger.receive([
    onMessage(counted, () => void got.push('first')),
    onMessage(counted, () => {
      if (++failures < 3) throw new Error('not yet');
      got.push('second');
    }),
  ]);
  await messenger.receive([onMessage(counted, () => void got.push('third'))]);
  await createSender(bus).send(name, one(1));
  await eventually(() => expect(got).toEqual(['first', 'second', 'third']));
});

test('close: the mailbox gets back what had no turn, live messages have theirs or are dead letters', async () => {
  const name = party();
  const [gate, got] = [new Gate(), [] as number[]];
  const messenger = messengerOn(bus, name, { owner: `owner-${name}` });
  const letters = await deadLettersOf(bus, queues.messages(`owner-${name}`, []));
  await messenger.receive([
    onMessage(counted, async ({ data }) => {
      got.push(data.n);
      await gate.passed;
    }),
  ]);
  await messenger.openMailbox();
  const sender = createSender(bus);
  for (const n of [1, 2]) await sender.send(name, { ...one(n), source: '/live' });
  for (const n of [11, 12]) await sender.send(name, { ...one(n), source: '/durable' }, { durable: true });
  await eventually(() => expect([...got].sort()).toEqual([1, 11]));
  const closing = messenger.close(0);
  await eventually(() => expect(letters).toHaveLength(1));
  expect(letters[0]?.headers['baton-reason']).toBe('its recipient closed before its turn came');
  gate.open();
  await closing;
  await expect(messenger.receive([])).rejects.toThrow(/messenger is closed/);
  const later: number[] = [];
  const next = messengerOn(bus, name);
  await next.receive([numbersInto(later)]);
  await next.openMailbox();
  await eventually(() => expect(later).toEqual([12]));
  expect([...got].sort()).toEqual([1, 11]);
});
