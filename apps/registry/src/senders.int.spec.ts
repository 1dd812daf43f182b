import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, createMessenger, onMessage, outgoing, queues, routes } from '@baton/bus';
import {
  agentDeregister,
  agentHeartbeat,
  agentPing,
  agentRegister,
  agentUnreachable,
  defineMessage,
  type AgentId,
  type AgentRegister,
  type AgentRegistered,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { agentHistory, Database, getAgent } from '@baton/persistence';
import {
  type BrokerPermissions,
  eventually,
  testBroker,
  type TestBroker,
  testDatabase,
  type TestDatabase,
} from '@baton/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from 'amqplib';
import { readConfig } from './config';
import { Desk } from './desk';
import { RegistryModule } from './registry.module';

/** As docs/guides/operate.md gives them to an agent that takes tasks. */
const forTasks: BrokerPermissions = {
  configure: String.raw`^baton\.agent\.`,
  write: String.raw`^baton\.(agent\..+|registry|results|heartbeats)$`,
  read: String.raw`^baton\.(agent\..+|direct)$`,
};

/** And to one that also sends and hears messages. */
const forMessages: BrokerPermissions = {
  configure: String.raw`^baton\.(agent|messages|mailbox|subscription)\.`,
  write: String.raw`^(amq\.default|baton\.((agent|messages|mailbox|subscription)\..+|messages|channels|events|dead-letters|registry|results|heartbeats))$`,
  read: String.raw`^baton\.((agent|messages|mailbox|subscription)\..+|direct|messages|channels|events)$`,
};
const hello = defineMessage<{ readonly text: string }>({
  type: 'io.baton.test.hello.v1',
  summary: 'A message of the test.',
  schema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
});

jest.setTimeout(40_000);
const logger = createLogger('senders-spec', 'silent');
const buses: Bus[] = [];
let broker: TestBroker;
let own: TestDatabase;
let database: Database;
let registry: INestApplicationContext;
let urls: { readonly research: string; readonly mallory: string };

beforeAll(async () => {
  [broker, own] = await Promise.all([testBroker(), testDatabase()]);
  database = new Database({ url: own.url, name: 'senders-spec' });
  const config = readConfig({ MESSAGE_QUEUE_URL: broker.url, DATABASE_URL: own.url, BATON_HEARTBEAT_SECONDS: '1' });
  registry = await NestFactory.createApplicationContext(RegistryModule.with(config, logger), { logger: false });
  urls = { research: await broker.addUser('research', forTasks), mallory: await broker.addUser('mallory', forTasks) };
}, 60_000);
afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.close(0))));
afterAll(async () => {
  await registry.close();
  await database.close();
  await Promise.all([own.close(), broker.close()]);
});

async function busOf(url: string): Promise<Bus> {
  const bus = await connectBus({ url, name: 'agent', source: '/agents/spec', logger });
  buses.push(bus);
  return bus;
}

function register(bus: Bus, agentId: AgentId, more: Partial<AgentRegister> = {}): Promise<AgentRegistered> {
  const agent = {
    agentId,
    name: `agent-${agentId}`,
    family: 'probe',
    incarnation: 0,
    version: '1.0.0',
    host: 'here',
    pid: 1,
  };
  const rest = { capabilities: [], tags: [], concurrency: 1, resources: {}, channels: [] };
  const request = outgoing(agentRegister, { ...agent, ...rest, ...more });
  return bus.request<AgentRegistered>(routes.registry, request).then(({ data }) => data);
}

/** An agent of this user, with its inbox. */
async function agentOf(url: string): Promise<{ id: AgentId; bus: Bus }> {
  const [id, bus] = [randomUUID() as AgentId, await busOf(url)];
  await bus.consume(queues.inbox(id), () => 'done', { noAck: true, kinds: [agentPing] });
  await register(bus, id);
  return { id, bus };
}

const beatOf = (agentId: AgentId, memoryMb: number): ReturnType<typeof outgoing> =>
  outgoing(agentHeartbeat, {
    agentId,
    beat: 1,
    state: 'idle',
    draining: false,
    inFlight: [],
    usage: { cpuPercent: 0, memoryMb, loadAverage: 0 },
  });

async function refused(what: string): Promise<number> {
  const { values } = await registry.get(Desk, { strict: false }).metrics.getSingleMetric('baton_refused_total')!.get();
  return values.filter(({ labels }) => labels.what === what).reduce((sum, { value }) => sum + value, 0);
}

test('an agent with permissions for its own registers, beats and leaves', async () => {
  const { id, bus } = await agentOf(urls.research);
  await bus.publish(routes.agentHeartbeats, beatOf(id, 7));
  await eventually(async () => expect((await getAgent(database, id))?.usage).toMatchObject({ memoryMb: 7 }));
  await bus.publish(routes.registry, outgoing(agentDeregister, { agentId: id, reason: 'done' }), { durable: true });
  await eventually(async () => expect((await getAgent(database, id))?.state).toBe('terminated'));
});

test('nobody else says farewell, beats or registers for it; each try counts', async () => {
  const { id, bus } = await agentOf(urls.research);
  const { bus: foreign } = await agentOf(urls.mallory);
  const name = `agent-${id}`;
  await foreign.publish(routes.agentHeartbeats, beatOf(id, 666));
  await foreign.publish(routes.registry, outgoing(agentDeregister, { agentId: id, reason: 'forged' }), {
    durable: true,
  });
  await foreign.publish(routes.registry, outgoing(agentUnreachable, { agentId: id }), { durable: true });
  await expect(register(foreign, id, { name: 'stolen' })).rejects.toMatchObject({ problem: { code: 'FORBIDDEN' } });
  const successor = randomUUID() as AgentId;
  await foreign.consume(queues.inbox(successor), () => 'done', { noAck: true });
  await expect(register(foreign, successor, { name })).rejects.toMatchObject({ problem: { code: 'STATE_CONFLICT' } });
  await eventually(async () => {
    expect(await Promise.all(['heartbeat', 'farewell', 'notice', 'registration'].map(refused))).toEqual([1, 1, 1, 2]);
  });
  // Its own word still counts, and comes after all of that.
  await bus.publish(routes.agentHeartbeats, beatOf(id, 8));
  await eventually(async () => expect((await getAgent(database, id))?.usage).toMatchObject({ memoryMb: 8 }));
  expect(await getAgent(database, id)).toMatchObject({ name, state: 'idle' });
  expect((await agentHistory(database, id)).filter(({ to }) => to === 'terminated')).toEqual([]);
});

test('what carries no user is refused for an agent that has one', async () => {
  const { id } = await agentOf(urls.research);
  const before = await refused('heartbeat');
  const model = await connect(urls.mallory);
  const channel = await model.createConfirmChannel();
  const { content, ...properties } = unsigned(id);
  channel.publish('baton.heartbeats', 'agent', content, properties);
  await channel.waitForConfirms();
  await eventually(async () => expect(await refused('heartbeat')).toBe(before + 1));
  await model.close();
});

test('with permissions for messages an agent talks: directly, in a channel, by its mailbox, about events', async () => {
  const heard: string[] = [];
  const open = async (name: string) => {
    const bus = await busOf(await broker.addUser(name, forMessages));
    const messenger = createMessenger({ bus, logger, addresses: [name], owner: `${name}-1` });
    const note = onMessage(hello, ({ data, pattern }) => void heard.push(`${name} ${pattern} ${data.text}`));
    return { messenger, note };
  };
  const [ada, bob] = [await open('ada'), await open('bob')];
  await bob.messenger.receive([bob.note]);
  await bob.messenger.openMailbox();
  await ada.messenger.channels.create({ name: 'news' });
  await bob.messenger.join('news', [bob.note]);
  await bob.messenger.subscribe(['garden.*'], [bob.note]);
  await ada.messenger.send('bob', outgoing(hello, { text: 'live' }));
  await ada.messenger.send('bob', outgoing(hello, { text: 'stored' }), { durable: true });
  await ada.messenger.broadcast('news', outgoing(hello, { text: 'all' }));
  await ada.messenger.publish('garden.open', outgoing(hello, { text: 'event' }));
  const all = ['bob broadcast all', 'bob direct live', 'bob direct stored', 'bob publish-subscribe event'];
  await eventually(() => expect([...heard].sort()).toEqual(all));
  await Promise.all([ada.messenger.close(), bob.messenger.close()]);
});

function unsigned(agentId: AgentId): { content: Buffer; contentType: string } {
  const { kind, data } = beatOf(agentId, 666);
  const event = { specversion: '1.0', id: randomUUID(), source: `/agents/${agentId}`, type: kind.type, data };
  return { content: Buffer.from(JSON.stringify(event)), contentType: 'application/cloudevents+json' };
}

describe('with permissions for its own, a user cannot', () => {
  /** The reply code the broker closes the channel with. */
  async function codeOf(act: (channel: Awaited<ReturnType<typeof openRaw>>['channel']) => unknown): Promise<unknown> {
    const { model, channel } = await openRaw();
    const closed = new Promise((resolve) => channel.once('error', (error: { code?: number }) => resolve(error.code)));
    await Promise.resolve(act(channel)).catch(() => undefined);
    const code = await closed;
    await model.close();
    return code;
  }
  async function openRaw() {
    const model = await connect(urls.mallory);
    model.on('error', () => undefined);
    return { model, channel: await model.createConfirmChannel() };
  }

  test('say it is somebody else: the broker compares', async () => {
    const { id } = await agentOf(urls.research);
    const { content, contentType } = unsigned(id);
    const userId = decodeURIComponent(new URL(urls.research).username);
    const forge = (channel: Parameters<Parameters<typeof codeOf>[0]>[0]): unknown =>
      channel.publish('baton.heartbeats', 'agent', content, { contentType, userId });
    expect(await codeOf(forge)).toBe(406);
  });

  test('consume or empty the inbox of another agent', async () => {
    const { id } = await agentOf(urls.research);
    expect(await codeOf((channel) => channel.consume(`baton.agent.${id}`, () => undefined))).toBe(405);
    expect(await codeOf((channel) => channel.purgeQueue(`baton.agent.${id}`))).toBe(405);
    expect(await codeOf((channel) => channel.deleteQueue(`baton.agent.${id}`))).toBe(405);
  });

  test('give orders to agents, read what goes to the services, or send to queues by their names', async () => {
    const something = Buffer.from('{}');
    expect(await codeOf((channel) => channel.publish('baton.direct', randomUUID(), something))).toBe(403);
    expect(await codeOf((channel) => channel.publish('', 'baton.results', something))).toBe(403);
    expect(await codeOf((channel) => channel.publish('baton.events', 'agent.lost', something))).toBe(403);
    for (const queue of ['baton.results', 'baton.registry', 'baton.orchestrator', 'baton.dead-letters'])
      expect(await codeOf((channel) => channel.consume(queue, () => undefined))).toBe(403);
    expect(await codeOf((channel) => channel.deleteExchange('baton.results'))).toBe(403);
  });

  test('hear the heartbeats of others, which tell their tokens', async () => {
    const listen = async (channel: Parameters<Parameters<typeof codeOf>[0]>[0]): Promise<void> => {
      await channel.assertQueue('baton.agent.mallory', { exclusive: true });
      await channel.bindQueue('baton.agent.mallory', 'baton.heartbeats', 'agent');
    };
    expect(await codeOf(listen)).toBe(403);
  });
});
