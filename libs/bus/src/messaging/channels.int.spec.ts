import { channelJoined, channelLeft } from '@baton/contracts';
import { eventually, TcpProxy, type TestBroker } from '@baton/testing';
import { Buses, counted, deadLettersOf, one } from '../../test/bus-fixture';
import { messagesInto, messengerOn, numbersInto, party, StandInRegistry } from '../../test/messaging-fixture';
import { createSender, outgoing, queues, type Bus, type Received, type Sender } from '..';

jest.setTimeout(30_000); // machines that run other suites at the same time are slow

const buses = new Buses();
const registry = new StandInRegistry();
let broker: TestBroker;
let bus: Bus;
let sender: Sender;

beforeAll(async () => {
  ({ broker, bus } = await buses.open());
  await registry.start(bus);
  sender = createSender(bus);
});
afterAll(() => buses.closeAll());

test('channels are made, listed and deleted by anybody', async () => {
  const { channels } = messengerOn(bus);
  const name = party('channel');
  expect(await channels.create({ name })).toMatchObject({ name, members: 0 });
  await expect(channels.create({ name })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  expect((await channels.list()).map((channel) => channel.name)).toContain(name);
  const member = party();
  await messengerOn(bus, member).join(name, []);
  expect(await channels.members(name)).toMatchObject([{ channel: name, member, durable: false }]);
  expect(await channels.memberships(member)).toHaveLength(1);
  await channels.delete(name);
  await expect(channels.delete(name)).rejects.toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
  await expect(channels.closeMailbox(party())).rejects.toMatchObject({ code: 'MAILBOX_NOT_FOUND' });
});

test('a party closes its own mailbox for good; one that the registry keeps is read again', async () => {
  const [name, got] = [party(), [] as number[]];
  const messenger = messengerOn(bus, name);
  await messenger.receive([numbersInto(got)]);
  await messenger.openMailbox();
  registry.mailboxes.delete(name);
  await expect(messenger.channels.closeMailbox(name)).rejects.toMatchObject({ code: 'MAILBOX_NOT_FOUND' });
  await sender.send(name, one(1), { durable: true });
  await eventually(() => expect(got).toEqual([1]));
  registry.mailboxes.add(name);
  await messenger.channels.closeMailbox(name);
  await bus.admin.remove(queues.mailbox(name)); // as the registry does
  await expect(sender.send(name, one(2), { durable: true })).rejects.toMatchObject({ code: 'UNROUTABLE' });
});

test('joined, all that is said is heard; left, nothing more; and other channels are not', async () => {
  const [channel, other] = [party('channel'), party('channel')];
  const got: Received<{ n: number }>[] = [];
  const messenger = messengerOn(bus);
  await expect(messenger.join(channel, [messagesInto(got)])).rejects.toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
  const membership = await messenger.join(channel, [messagesInto(got)], { create: true });
  expect(membership).toMatchObject({ channel, durable: false });
  expect(await sender.broadcast(channel, one(1))).toBe('heard');
  expect(await sender.broadcast(other, one(2))).toBe('unheard');
  await eventually(() => expect(got).toMatchObject([{ pattern: 'broadcast', channel, data: { n: 1 } }]));
  await membership.leave();
  expect(await sender.broadcast(channel, one(3))).toBe('unheard');
  expect(registry.memberships.filter((one) => one.channel === channel)).toEqual([]);
  await messenger.join(channel, [messagesInto(got)]);
  await sender.broadcast(channel, one(4));
  await eventually(() => expect(got.map(({ data }) => data.n)).toEqual([1, 4]));
});

test('a durable member gets what was said while it was away; one that is not does not', async () => {
  const [channel, durable, live] = [party('channel'), party(), party()];
  registry.create(channel);
  const first = [messengerOn(bus, durable), messengerOn(bus, live)] as const;
  await first[0].join(channel, [], { durable: true });
  await first[1].join(channel, []);
  expect(registry.mailboxes.has(durable)).toBe(true);
  await Promise.all(first.map((messenger) => messenger.close()));
  expect(await sender.broadcast(channel, one(1), { durable: true })).toBe('heard');
  const got: number[][] = [[], []];
  await messengerOn(bus, durable).join(channel, [numbersInto(got[0] ?? [])], { durable: true });
  await messengerOn(bus, live).join(channel, [numbersInto(got[1] ?? [])]);
  await sender.broadcast(channel, one(2));
  await eventually(() => expect(got).toEqual([[1, 2], [2]]));
});

test('a membership changes from live to durable without hearing twice', async () => {
  const [channel, got] = [party('channel'), [] as number[]];
  registry.create(channel);
  const messenger = messengerOn(bus);
  await messenger.join(channel, [numbersInto(got)]);
  await messenger.join(channel, [], { durable: true });
  await sender.broadcast(channel, one(1));
  await sender.broadcast(channel, one(2));
  await eventually(() => expect(got).toEqual([1, 2]));
});

test('memberships of an earlier life are restored from the registry, also one that comes back late', async () => {
  const [channel, name, got] = [party('channel'), party(), [] as number[]];
  registry.create(channel);
  registry.enroll(channel, name);
  await registry.stop();
  const messenger = messengerOn(await buses.connect(broker.url), name);
  await messenger.receive([numbersInto(got)]);
  expect(await sender.broadcast(channel, one(1))).toBe('unheard');
  await registry.start(bus);
  await eventually(async () => expect(await sender.broadcast(channel, one(2))).toBe('heard'));
  await eventually(() => expect(got).toEqual([2]));
  await messenger.close();
});

test('who is made a member, or no longer one, by somebody else listens or not by itself', async () => {
  const [channel, name] = [party('channel'), party()];
  const [direct, own]: number[][] = [[], []];
  registry.create(channel);
  const messenger = messengerOn(bus, name);
  await messenger.receive([numbersInto(direct ?? [])]);
  await sender.send(name, outgoing(channelJoined, registry.enroll(channel, name)));
  await eventually(async () => expect(await sender.broadcast(channel, one(1))).toBe('heard'));
  await eventually(() => expect(direct).toEqual([1]));
  await messenger.join(channel, [numbersInto(own ?? [])]);
  await sender.broadcast(channel, one(2));
  await eventually(() => expect(own).toEqual([2]));
  registry.expel(channel, name);
  await sender.send(name, outgoing(channelLeft, { channel, member: name, reason: 'enough' }));
  await eventually(async () => expect(await sender.broadcast(channel, one(3))).toBe('unheard'));
  await sender.send(name, outgoing(channelJoined, registry.enroll(channel, name)));
  await eventually(async () => expect(await sender.broadcast(channel, one(4))).toBe('heard'));
  await eventually(() => expect(own?.filter((n) => n !== 3)).toEqual([2, 4]));
  expect(direct).toEqual([1]);
});

test('a claim of a membership that the registry does not know of changes nothing', async () => {
  const [channel, name, got] = [party('channel'), party(), [] as number[]];
  registry.create(channel);
  await messengerOn(bus, name).receive([numbersInto(got)]);
  const forged = registry.enroll(channel, party());
  const asked = (): number => registry.asked.filter((member) => member === name).length;
  await eventually(() => expect(asked()).toBeGreaterThan(0));
  const before = asked();
  await sender.send(name, outgoing(channelJoined, { ...forged, member: name }));
  await eventually(() => expect(asked()).toBeGreaterThan(before));
  await sender.send(name, one(1));
  await eventually(() => expect(got).toEqual([1]));
  expect(await sender.broadcast(channel, one(2))).toBe('unheard');
});

test('after a cut memberships are bound again, and changes meanwhile are taken up', async () => {
  const [kept, lost, won, name] = [party('kept'), party('lost'), party('won'), party()];
  const proxy = await TcpProxy.inFrontOf(broker.url);
  const remote = await buses.connect(proxy.url);
  const got: number[] = [];
  const messenger = messengerOn(remote, name);
  await messenger.receive([numbersInto(got)]);
  await messenger.join(kept, [numbersInto(got)], { create: true });
  await messenger.join(lost, [numbersInto(got)], { create: true });
  registry.create(won);
  proxy.cut();
  await eventually(() => !remote.connected);
  registry.expel(lost, name);
  registry.enroll(won, name);
  proxy.mend();
  await eventually(async () => expect(await sender.broadcast(won, one(1))).toBe('heard'));
  await eventually(async () => expect(await sender.broadcast(lost, one(2))).toBe('unheard'));
  expect(await sender.broadcast(kept, one(3))).toBe('heard');
  await eventually(() => expect([...got].filter((n) => n !== 2).sort()).toEqual([1, 3]));
  await messenger.close();
  await remote.close();
  await proxy.close();
});

test('types of a channel: others, and data that does not fit them, are dead letters', async () => {
  const [channel, name, got] = [party('channel'), party(), [] as number[]];
  registry.create(channel, { [counted.type]: { type: 'object', properties: { n: { type: 'integer', minimum: 10 } } } });
  const letters = await deadLettersOf(bus, queues.messages(`owner-${name}`, []));
  await messengerOn(bus, name, { owner: `owner-${name}` }).join(channel, [numbersInto(got)]);
  await sender.broadcast(channel, one(9));
  await sender.broadcast(channel, { kind: { ...counted, type: 'io.baton.test.other.v1' }, data: {} });
  await sender.broadcast(channel, one(10));
  await eventually(() => expect(letters).toHaveLength(2));
  expect(letters.map(({ headers }) => [headers['baton-reason-code'], headers['baton-reason']])).toEqual([
    ['invalid', expect.stringMatching(new RegExp(`does not fit channel ${channel}: n must be >= 10`))],
    [
      'unknown-type',
      `channel ${channel} does not take messages of type io.baton.test.other.v1. Known: ${counted.type}.`,
    ],
  ]);
  await eventually(() => expect(got).toEqual([10]));
});
