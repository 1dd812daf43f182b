import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, outgoing, type Outgoing, queues, RequestFailedError, routes } from '@baton/bus';
import {
  agentPing,
  type AgentId,
  agentRegister,
  type Channel,
  channelCreate,
  channelDelete,
  channelJoin,
  channelJoined,
  channelLeave,
  channelLeft,
  channelsList,
  mailboxClose,
  mailboxOpen,
  type Membership,
  membershipsList,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { Database, getAgent, joinChannel, leaveChannel, readAuditPage } from '@baton/persistence';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from 'amqplib';
import { readConfig } from '../config';
import { RegistryModule } from '../registry.module';

jest.setTimeout(60_000);
const logger = createLogger('channels-spec', 'silent');
let broker: TestBroker;
let own: TestDatabase;
let database: Database;
let bus: Bus;
const registries: INestApplicationContext[] = [];

async function startRegistry(): Promise<INestApplicationContext> {
  const config = readConfig({ MESSAGE_QUEUE_URL: broker.url, DATABASE_URL: own.url });
  const registry = await NestFactory.createApplicationContext(RegistryModule.with(config, logger), { logger: false });
  registries.push(registry);
  return registry;
}
const stopAll = () => Promise.all(registries.splice(0).map((registry) => registry.close()));

beforeAll(async () => {
  [broker, own] = await Promise.all([testBroker(), testDatabase()]);
  database = new Database({ url: own.url, name: 'channels-spec' });
  bus = await connectBus({ url: broker.url, name: 'member', source: '/services/spec', logger });
  await startRegistry();
});
afterAll(async () => {
  await stopAll();
  await bus.close();
  await database.close();
  await Promise.all([own.close(), broker.close()]);
});

/** Only where the virtual host is the test's own. */
const privately = process.env.BATON_TEST_MANAGEMENT_URL ? test : test.skip;

/** The virtual host goes with everything in it, and another, empty one takes its place. */
async function resetVhost(url: string): Promise<void> {
  const { username, password, host, protocol } = new URL(process.env.BATON_TEST_MANAGEMENT_URL as string);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = { authorization: `Basic ${login}`, 'content-type': 'application/json' };
  const manage = async (method: string, path: string, body?: object): Promise<void> => {
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    expect((await fetch(`${protocol}//${host}/api/${path}`, request)).ok).toBe(true);
  };
  const vhost = new URL(url).pathname.slice(1);
  await manage('DELETE', `vhosts/${vhost}`);
  await manage('PUT', `vhosts/${vhost}`, {});
  const all = { configure: '.*', write: '.*', read: '.*' };
  await manage('PUT', `permissions/${vhost}/${new URL(url).username}`, all);
}

let names = 0;
const fresh = (what: string): string => `${what}-${++names}`;
const ask = async <Reply>(message: Outgoing): Promise<Reply> =>
  (await bus.request<Reply>(routes.registry, message)).data;
const create = (name: string, more: object = {}) => ask<Channel>(outgoing(channelCreate, { name, ...more }));
const join = (channel: string, member: string, more: object = {}) =>
  ask<Membership>(outgoing(channelJoin, { channel, member, ...more }));
const leave = (channel: string, member: string) => ask(outgoing(channelLeave, { channel, member }));
const problem = async (asking: Promise<unknown>): Promise<object> => {
  const error: unknown = await asking.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(RequestFailedError);
  return (error as RequestFailedError).problem;
};
/** Something is said there, for good; whether anybody keeps it. */
const say = (target: ReturnType<typeof routes.channel>) =>
  bus.publish(target, outgoing(agentPing, {}), { durable: true, mandatory: true });
const waiting = async (address: string): Promise<number | undefined> =>
  (await bus.admin.inspect([queues.mailbox(address).name]))[0]?.messages;

test('a channel is created, joined, listed, left and deleted over the bus', async () => {
  const [name, member] = [fresh('channel'), fresh('member')];
  expect(await create(name, { description: 'orders' })).toMatchObject({ name, description: 'orders', members: 0 });
  expect(await problem(create(name))).toMatchObject({ code: 'STATE_CONFLICT', status: 409 });
  const joined = await join(name, member);
  expect(joined).toMatchObject({ channel: name, member, durable: false, types: {} });
  const { channels } = await ask<{ channels: Channel[] }>(outgoing(channelsList, {}));
  expect(channels.find((one) => one.name === name)).toMatchObject({ members: 1, createdBy: '/services/spec' });
  for (const by of [{ channel: name }, { member }])
    expect(await ask(outgoing(membershipsList, by))).toEqual({ memberships: [joined] });
  for (let n = 0; n < 2; n++) expect(await leave(name, member)).toEqual({ channel: name, member, reason: null });
  expect(await ask(outgoing(membershipsList, { member }))).toEqual({ memberships: [] });
  expect(await ask(outgoing(channelDelete, { name }))).toEqual({ name });
  for (const asking of [outgoing(channelDelete, { name }), outgoing(membershipsList, { channel: name })])
    expect(await problem(ask(asking))).toMatchObject({ code: 'CHANNEL_NOT_FOUND', status: 404 });
  expect(await problem(join(name, member))).toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
});

test('a schema that does not compile is refused, with the type and the fault', async () => {
  const types = { good: { type: 'object' }, bad: { type: 'nonsense' } };
  expect(await problem(create(fresh('channel'), { types }))).toMatchObject({
    code: 'VALIDATION_FAILED',
    errors: [{ path: 'types.bad', message: expect.stringContaining('type') }],
  });
});

test('a list too large for a message is a problem, not silence', async () => {
  const large = { large: { description: 'x'.repeat(250_000) } };
  const made = await Promise.all(Array.from({ length: 5 }, () => create(fresh('large'), { types: large })));
  expect(await problem(ask(outgoing(channelsList, {})))).toMatchObject({ code: 'MESSAGE_INVALID', status: 400 });
  for (const { name } of made) await ask(outgoing(channelDelete, { name }));
  expect(await ask(outgoing(channelsList, {}))).toMatchObject({ channels: expect.any(Array) });
});

test('what is said while a durable member is away waits in its mailbox; after it left, or the channel went, no more', async () => {
  const [channel, other, member] = [fresh('channel'), fresh('channel'), fresh('member')];
  await join(channel, member, { create: true });
  expect(await say(routes.channel(channel))).toBe('unroutable');
  await join(channel, member, { durable: true });
  await join(other, member, { durable: true, create: true });
  for (const target of [routes.channel(channel), routes.channel(other), routes.mailbox(member)])
    expect(await say(target)).toBe('sent');
  expect(await waiting(member)).toBe(3);
  await leave(channel, member);
  expect(await say(routes.channel(channel))).toBe('unroutable');
  await ask(outgoing(channelDelete, { name: other }));
  expect(await say(routes.channel(other))).toBe('unroutable');
  expect(await say(routes.mailbox(member))).toBe('sent');
  expect(await waiting(member)).toBe(4);
});

test('who is made a member by somebody else is told, and the audit says by whom', async () => {
  const [channel, member] = [fresh('channel'), fresh('member')];
  const told: [string, unknown][] = [];
  const listening = await bus.consume(
    queues.messages(randomUUID(), [member]),
    ({ events }) => (events.forEach(({ type, data }) => told.push([type, data])), 'done'),
    { kinds: [channelJoined, channelLeft] },
  );
  const byAda = { source: '/users/ada' };
  await ask(outgoing(channelCreate, { name: channel }, byAda));
  const joined = await ask(outgoing(channelJoin, { channel, member }, byAda));
  await ask(outgoing(channelLeave, { channel, member }, byAda));
  await join(channel, member); // its own doing: nothing to tell
  await ask(outgoing(channelDelete, { name: channel }, byAda));
  const left = (reason: string) => [channelLeft.type, { channel, member, reason }];
  await eventually(() =>
    expect(told).toEqual([
      [channelJoined.type, joined],
      left('user:ada ended the membership'),
      left('user:ada deleted the channel'),
    ]),
  );
  const entries = await readAuditPage(database, { actor: 'user:ada' }, { order: 'oldest', limit: 100 });
  expect(entries.map(({ subject, to, reason }) => `${subject} ${to} ${reason}`)).toEqual([
    `channel created ${channel}`,
    `channel joined ${channel}: ${member}`,
    `channel left ${channel}: ${member}`,
    `channel deleted ${channel}`,
  ]);
  await listening.stop();
});

test('an agent is a member of the channels it declares; names that cannot be are refused', async () => {
  const [name, channel] = [fresh('agent'), fresh('channel')];
  const agentId = randomUUID() as AgentId;
  const inbox = await bus.consume(queues.inbox(agentId), () => 'done', { noAck: true });
  const presence = { family: 'probe', incarnation: 0, version: '1.0.0', host: 'here', pid: 1, concurrency: 1 };
  const agent = { agentId, name, ...presence, capabilities: [], tags: [], resources: {} };
  const register = (more: object) => ask(outgoing(agentRegister, { ...agent, channels: [], ...more }));
  expect(await problem(register({ name: 'has space', channels: ['ok', 'not/ok'] }))).toMatchObject({
    errors: [{ path: 'name' }, { path: 'channels[1]' }],
  });
  for (let n = 0; n < 2; n++) await register({ channels: [channel] });
  expect((await getAgent(database, agentId))?.channels).toEqual([channel]);
  await leave(channel, name);
  expect((await getAgent(database, agentId))?.channels).toEqual([]);
  await inbox.stop();
});

test('a mailbox keeps what is sent to its address, and is closed when it is empty, or by force', async () => {
  const address = fresh('box');
  const close = (more: object = {}) => ask(outgoing(mailboxClose, { address, ...more }));
  expect(await say(routes.mailbox(address))).toBe('unroutable');
  const opened = await ask(outgoing(mailboxOpen, { address }));
  expect(opened).toMatchObject({ address, openedBy: '/services/spec' });
  expect(await ask(outgoing(mailboxOpen, { address }))).toEqual(opened);
  expect(await say(routes.mailbox(address))).toBe('sent');
  expect(await problem(close())).toMatchObject({
    code: 'STATE_CONFLICT',
    detail: expect.stringContaining('1 message(s) wait in the mailbox'),
  });
  expect(await close({ discard: true })).toEqual({ address });
  expect(await problem(close())).toMatchObject({ code: 'MAILBOX_NOT_FOUND', status: 404 });
  expect(await say(routes.mailbox(address))).toBe('unroutable');
  await ask(outgoing(mailboxOpen, { address }));
  expect(await waiting(address)).toBe(0);
  expect(await close()).toEqual({ address });
});

describe('the broker is brought to what the database says', () => {
  test('what somebody removes there comes back, also when a queue of somebody else stands in the way', async () => {
    const [channel, member, box] = [fresh('channel'), fresh('member'), fresh('box')];
    await join(channel, member, { durable: true, create: true });
    await ask(outgoing(mailboxOpen, { address: box }));
    const model = await connect(broker.url);
    const admin = await model.createChannel();
    await admin.deleteQueue(queues.mailbox(box).name);
    const foreign = queues.mailbox('aaa-foreign').name;
    await admin.assertQueue(foreign, { durable: true });
    expect(await problem(ask(outgoing(mailboxOpen, { address: 'aaa-foreign' })))).toMatchObject({
      code: 'TOPOLOGY_CONFLICT',
    });
    await admin.deleteExchange(routes.channel(channel).exchange);
    const limit = { timeoutMs: 40_000 };
    await eventually(async () => expect(await waiting(box)).toBe(0), limit);
    const heard = async (): Promise<boolean> => {
      const outcome = await bus.publish(routes.channel(channel), outgoing(agentPing, {}), { mandatory: true });
      return outcome === 'sent';
    };
    await eventually(heard, limit);
    expect(await say(routes.mailbox(box))).toBe('sent');
    await admin.deleteQueue(foreign);
    await model.close();
    await eventually(async () => expect(await say(routes.mailbox('aaa-foreign'))).toBe('sent'), limit);
  });

  test('what a registry could not do any more, the next one does', async () => {
    const [left, joined, member] = [fresh('channel'), fresh('channel'), fresh('member')];
    await join(left, member, { durable: true, create: true });
    await stopAll();
    await leaveChannel(database, { channel: left, member }, 'spec');
    await joinChannel(database, { channel: joined, member, durable: true, create: true }, 'spec');
    expect(await say(routes.channel(left))).toBe('sent');
    await Promise.all([startRegistry(), startRegistry()]);
    expect(await say(routes.channel(left))).toBe('unroutable');
    expect(await say(routes.channel(joined))).toBe('sent');
    expect(await waiting(member)).toBe(2);
  });

  test('two replicas, many changes at once: in the end both agree with the database', async () => {
    const [channel, member] = [fresh('channel'), fresh('member')];
    await create(channel);
    const changes = Array.from({ length: 40 }, (_, n) =>
      n % 2 ? leave(channel, member) : join(channel, member, { durable: true }),
    );
    await Promise.all(changes);
    const { memberships } = await ask<{ memberships: Membership[] }>(outgoing(membershipsList, { member }));
    expect(await say(routes.channel(channel))).toBe(memberships.length === 1 ? 'sent' : 'unroutable');
  });

  privately('after the broker has lost everything, all is there again', async () => {
    const [channel, member] = [fresh('channel'), fresh('member')];
    await join(channel, member, { durable: true, create: true });
    const before = bus.connectedForMs;
    await resetVhost(broker.url);
    await eventually(() => expect(bus.connectedForMs).toBeLessThan(before), { timeoutMs: 20_000 });
    // A mailbox is back a moment before its bindings are.
    await eventually(async () => expect(await say(routes.channel(channel))).toBe('sent'), { timeoutMs: 20_000 });
    expect(await say(routes.mailbox(member))).toBe('sent');
    expect(await ask(outgoing(membershipsList, { member }))).toMatchObject({ memberships: [{ channel }] });
  });
});
