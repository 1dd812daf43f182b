import { randomUUID } from 'node:crypto';
import { defineMessage } from '@baton/contracts';
import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, counted, one } from '../../test/bus-fixture';
import { messagesInto, messengerOn, numbersInto, party, StandInRegistry } from '../../test/messaging-fixture';
import { createSender, onMessage, outgoing, type Bus, type Messenger, type Received, type Sender } from '..';

jest.setTimeout(30_000); // machines that run other suites at the same time are slow

const buses = new Buses();
const registry = new StandInRegistry();
let broker: TestBroker;
let bus: Bus;
let sender: Sender;

beforeAll(async () => {
  ({ broker, bus } = await buses.open());
  await registry.start(bus);
  sender = createSender(await buses.connect(broker.url, { source: '/tests/sender' }));
});
afterAll(() => buses.closeAll());

/** Parties that count what they hear, all on one bus. */
async function crowd(size: number, prepare: (messenger: Messenger, got: number[]) => Promise<unknown>) {
  const members = Array.from({ length: size }, () => ({ name: party(), got: [] as number[] }));
  for (const { name, got } of members) await prepare(messengerOn(bus, name), got);
  return members;
}

test('direct: to whoever is there under any of its addresses, and told how it came', async () => {
  const got: Received<{ n: number }>[] = [];
  const [name, id] = [party(), party()];
  await messengerOn(bus, name, { addresses: [name, id] }).receive([messagesInto(got)]);
  await sender.send(name, { ...one(1), id: 'first', subject: 'numbers' }, { headers: { colour: 'red' } });
  await sender.send(id, one(2));
  await eventually(() => expect(got.map(({ data }) => data.n)).toEqual([1, 2]));
  expect(got[0]).toMatchObject({ pattern: 'direct', redelivered: false, headers: { colour: 'red' } });
  expect(got[0]?.event).toMatchObject({ id: 'first', source: '/tests/sender', type: counted.type, subject: 'numbers' });
});

test('direct: nobody there is an error at once, whether live or durable', async () => {
  await expect(sender.send(party(), one(1))).rejects.toMatchObject({ code: 'UNROUTABLE' });
  await expect(sender.send(party(), one(1), { durable: true })).rejects.toMatchObject({ code: 'UNROUTABLE' });
  await expect(sender.multicast([party(), party()], one(1))).rejects.toMatchObject({ code: 'UNROUTABLE' });
});

test('direct: live is gone with its recipient, durable waits in the mailbox for the next life', async () => {
  const name = party();
  const first = messengerOn(bus, name);
  await first.receive([numbersInto([])]);
  await first.openMailbox();
  await first.close();
  await expect(sender.send(name, one(1))).rejects.toMatchObject({ code: 'UNROUTABLE' });
  await sender.send(name, one(2), { durable: true });
  const got: number[] = [];
  const second = messengerOn(bus, name);
  await second.openMailbox();
  await second.receive([numbersInto(got)]); // what waited came before its handler, and waits for it
  await sender.send(name, one(3));
  await eventually(() => expect([...got].sort()).toEqual([2, 3]));
});

test('direct: durable is sent when the broker is back, live is refused at once', async () => {
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const remote = await buses.connect(proxy.url);
  const [name, got] = [party(), [] as number[]];
  const messenger = messengerOn(bus, name);
  await messenger.receive([numbersInto(got)]);
  await messenger.openMailbox();
  proxy.cut();
  await eventually(() => !remote.connected);
  await expect(createSender(remote).send(name, one(1))).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  const sending = createSender(remote).send(name, one(2), { durable: true });
  proxy.mend();
  await sending;
  await eventually(() => expect(got).toEqual([2]));
  await remote.close();
  await proxy.close();
});

test('multicast: each of twenty recipients gets it, by one publish', async () => {
  const chosen = await crowd(20, (messenger, got) => messenger.receive([numbersInto(got)]));
  const others = await crowd(3, (messenger, got) => messenger.receive([numbersInto(got)]));
  const publish = jest.spyOn(bus, 'publish');
  await createSender(bus).multicast([...chosen.map(({ name }) => name), party('absent')], one(7));
  expect(publish).toHaveBeenCalledTimes(1);
  publish.mockRestore();
  await eventually(() => expect(chosen.map(({ got }) => got)).toEqual(chosen.map(() => [7])));
  expect(others.flatMap(({ got }) => got)).toEqual([]);
});

test('multicast: two addresses of one party are one recipient; a thousand UUIDs fit, and no more bytes than do', async () => {
  const got: Received<{ n: number }>[] = [];
  const [name, id] = [party(), party()];
  await messengerOn(bus, name, { addresses: [name, id] }).receive([messagesInto(got)]);
  await sender.multicast([name, id], one(1));
  await sender.multicast([id, name, ...Array.from({ length: 998 }, () => randomUUID())], one(2));
  const longest = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `${String(n).padStart(4, '0')}${'x'.repeat(96)}`);
  await expect(sender.multicast(longest(530), one(3))).rejects.toMatchObject({ code: 'UNROUTABLE' });
  await expect(sender.multicast(longest(531), one(3))).rejects.toThrow(/60003 bytes of headers/);
  await eventually(() =>
    expect(got.map(({ data, pattern }) => [data.n, pattern])).toEqual([
      [1, 'multicast'],
      [2, 'multicast'],
    ]),
  );
});

test('broadcast: all fifty members hear it, by one publish; nobody there is told', async () => {
  const channel = party('channel');
  registry.create(channel);
  expect(await sender.broadcast(channel, one(0))).toBe('unheard');
  const members = await crowd(50, (messenger, got) => messenger.join(channel, [numbersInto(got)]));
  const publish = jest.spyOn(bus, 'publish');
  expect(await createSender(bus).broadcast(channel, one(1))).toBe('heard');
  expect(publish).toHaveBeenCalledTimes(1);
  publish.mockRestore();
  await eventually(() => expect(members.map(({ got }) => got)).toEqual(members.map(() => [1])));
});

test('publish-subscribe: * is one word, # any number; with the key; unheard when nobody wants it', async () => {
  const room = party('room');
  const heard: string[] = [];
  const hear = (what: string) =>
    onMessage(counted, ({ key, data }) => void heard.push(`${what} ${key?.slice(room.length)} ${data.n}`));
  const messenger = messengerOn(bus);
  await messenger.subscribe([`${room}.*.done`], [hear('star')]);
  await messenger.subscribe([`${room}.#`], [hear('hash')]);
  await messenger.subscribe([`${room}.a.done`, `${room}.b.#`], [hear('two')]);
  expect(await sender.publish(`${room}.a.done`, one(1))).toBe('heard');
  expect(await sender.publish(`${room}.b.c.done`, one(2), { durable: true })).toBe('heard');
  expect(await sender.publish(room, one(3))).toBe('heard');
  expect(await sender.publish(party('nowhere'), one(4))).toBe('unheard');
  const expected = [
    'hash  3',
    'hash .a.done 1',
    'hash .b.c.done 2',
    'star .a.done 1',
    'two .a.done 1',
    'two .b.c.done 2',
  ];
  await eventually(() => expect([...heard].sort()).toEqual(expected));
});

test('publish-subscribe: a durable subscription keeps events while nobody is there; who shares it shares them', async () => {
  const [room, name] = [party('room'), party('shared')];
  const got: number[][] = [[], [], []];
  const subscribe = (n: number) =>
    messengerOn(bus).subscribe([`${room}.#`], [numbersInto(got[n] ?? [])], { durable: name });
  await (await subscribe(0)).stop();
  for (let n = 0; n < 5; n++) await sender.publish(`${room}.x`, one(n), { durable: true });
  await Promise.all([subscribe(1), subscribe(2)]);
  for (let n = 5; n < 10; n++) await sender.publish(`${room}.x`, one(n), { durable: true });
  await eventually(() => expect([...got.flat()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  expect(got[0]).toEqual([]);
  expect(got[1]?.length).toBeGreaterThan(0);
});

test('request-response: the answer of its handler; nobody there is an error at once', async () => {
  const name = party();
  const patterns: string[] = [];
  await messengerOn(bus, name).receive([
    onMessage(counted, ({ data, pattern }) => {
      patterns.push(pattern);
      return one(data.n + 1);
    }),
  ]);
  const reply = await sender.request<{ n: number }>(name, { ...one(1), id: 'question' });
  expect(reply).toMatchObject({ type: counted.type, data: { n: 2 }, correlationid: 'question' });
  expect(patterns).toEqual(['request-response']);
  await expect(sender.request(party(), one(1), { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'UNROUTABLE' });
});

test('gather: one publish to several or to a channel, the answers of those who give one', async () => {
  const channel = party('channel');
  registry.create(channel);
  const increment = onMessage(counted, ({ data }) => one(data.n + 1));
  const members = await crowd(5, async (messenger) => {
    await messenger.receive([increment]);
    await messenger.join(channel, [increment]);
  });
  const publish = jest.spyOn(bus, 'publish');
  const several = members.slice(0, 3).map(({ name }) => name);
  const three = await createSender(bus).gather([...several], one(1), { withinMs: 30_000 });
  expect(three.map(({ data }) => data)).toEqual([{ n: 2 }, { n: 2 }, { n: 2 }]);
  const five = await sender.gather({ channel }, one(2), { withinMs: 30_000, expect: 5 });
  expect(five).toHaveLength(5);
  publish.mockRestore();
  await expect(sender.gather({ channel: party() }, one(1), { withinMs: 30_000 })).rejects.toMatchObject({
    code: 'UNROUTABLE',
  });
});

test('the sender refuses what cannot be right, and names it', async () => {
  await expect(sender.send('no such name', one(1))).rejects.toThrow(/"no such name" is no address/);
  await expect(sender.broadcast('prices.*', one(1))).rejects.toThrow(/"prices.\*" is no channel/);
  await expect(sender.publish('prices.#', one(1))).rejects.toThrow(/"prices.#" is no key/);
  await expect(sender.send(party(), one(1), { expirationMs: 0 })).rejects.toThrow(/expirationMs is 0/);
  await expect(sender.send(party(), one(1), { headers: { CC: 'live.x' } })).rejects.toThrow(/The header CC/);
  const large = { kind: counted, dataJson: `"${'x'.repeat(2 * 1024 * 1024)}"` };
  await expect(sender.send(party(), large)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
  const text = defineMessage<string>({ type: 'io.baton.test.text.v1', summary: 'Text.', schema: { type: 'string' } });
  await expect(messengerOn(bus).subscribe(['a b'], [])).rejects.toThrow(/"a b" is no pattern/);
  const bad = onMessage(text, () => undefined, { jsonata: '(((' });
  await expect(messengerOn(bus).receive([bad])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  await expect(sender.send(party(), outgoing(text, 'x'))).rejects.toMatchObject({ code: 'UNROUTABLE' });
});
