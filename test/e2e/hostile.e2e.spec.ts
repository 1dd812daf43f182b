import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import {
  type Bus,
  connectBus,
  createMessenger,
  exchanges,
  onMessage,
  outgoing,
  queues,
  RequestFailedError,
  routes,
} from '@baton/bus';
import { agentDrain, type AgentId, agentRegister, defineMessage, hostStop } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually, testFolder } from '@baton/testing';
import { Crowd } from '../../tools/bench/stage/crowd';
import { type Services, startServices } from '../../tools/services';
import { Attacker, type Shot } from './hostile/attacker';
import { BrokerUsers, everything, forTasks } from './hostile/broker-users';
import { Bystanders } from './hostile/bystanders';
import { awkward, event, type Garbage, misfits, unreadable } from './hostile/garbage';
import { MeshUnderTest } from './mesh-under-test';
import { SteadyLoad } from './steady-load';

/** X4, X5: somebody with an AMQP user and bad intentions, while others work. */
const MAX_AGENTS = 20;
const MEGABYTE = 1024 * 1024;
const PER_SECOND = 10_000;
const SECONDS = 5;
const json = 'application/cloudevents+json';
const logger = createLogger('hostile-e2e', 'silent');

let dataDir: string;
let services: Services;
let under: MeshUnderTest;
let users: BrokerUsers;
let malloryUrl: string;
let mallory: Attacker;
let crowd: Crowd;
let load: SteadyLoad;
let bystanders: Bystanders;
let working = false;

interface AgentItem {
  readonly id: AgentId;
  readonly name: string;
  readonly family: string;
  readonly state: string;
}
async function agents(): Promise<AgentItem[]> {
  const { body } = await under.client().get<{ items: AgentItem[] }>('/api/agents?limit=100');
  return body.items.filter(({ state }) => state !== 'terminated');
}

beforeAll(async () => {
  dataDir = testFolder('hostile-services');
  services = await startServices({ dataDir, management: true, progress: () => undefined });
  const { messageQueueUrl, databaseUrl, managementUrl = '' } = services;
  under = await MeshUnderTest.start({ messageQueueUrl, databaseUrl, environment: { MAX_AGENTS: String(MAX_AGENTS) } });
  users = new BrokerUsers(managementUrl, messageQueueUrl);
  malloryUrl = await users.add('mallory', everything);
  mallory = await Attacker.connect(malloryUrl);
  // An agent with credentials of its own, allowed what it needs and nothing else.
  crowd = await Crowd.prepare(
    { processes: 1, agentsEach: 1 },
    { MESSAGE_QUEUE_URL: await users.add('worker', forTasks) },
  );
  await crowd.register();
  bystanders = new Bystanders(under);
  load = SteadyLoad.start(
    'hostile',
    () => under.client(),
    (index) => ({
      capability: index % 2 === 0 ? 'probe.echo' : 'crowd.echo',
      input: { index },
    }),
  );
  await load.flows();
  working = true;
}, 240_000);
/** Each attack is over when work has gone on through it, and nobody was harmed. */
afterEach(async () => {
  if (working) await load.flows();
  bystanders?.expectUnharmed();
}, 60_000);
afterAll(async () => {
  process.stderr.write(`peak MiB: ${bystanders?.peaks()}\n`);
  await mallory?.close();
  await crowd?.close();
  await bystanders?.close();
  await under?.stop();
  await services?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

/** Every exchange under every key that leads somewhere, and every queue by its name. */
async function everywhere(): Promise<{ exchange: string; key: string }[]> {
  const ids = (await agents()).map(({ id }) => id as string);
  const keys = ['', '#', 'registry', 'results', 'agent', 'host', 'brain', 'agent.lost', 'task.completed.x', ...ids];
  const names = Object.values(exchanges).map(({ name }) => name);
  const byKey = names.flatMap((exchange) => keys.map((key) => ({ exchange, key })));
  return [...byKey, ...(await users.queues()).map((key) => ({ exchange: '', key }))];
}
async function throwEverywhere(garbage: readonly Garbage[]): Promise<void> {
  const targets = await everywhere();
  await mallory.spray(targets.flatMap((target) => garbage.map((one) => ({ ...target, ...one }))));
}

test('bytes that are no messages, to everywhere', async () => {
  const before = await bystanders.deadLetters();
  await throwEverywhere(unreadable);
  await eventually(async () => (await bystanders.deadLetters()) > before, { timeoutMs: 30_000 });
}, 120_000);

test('every kind of message with data that does not fit, and unknown ones', async () => {
  const before = await bystanders.deadLetters();
  await throwEverywhere(misfits);
  await eventually(async () => (await bystanders.deadLetters()) > before, { timeoutMs: 30_000 });
}, 120_000);

test('huge headers, answers in circles, expired before they come', async () => {
  await throwEverywhere(awkward);
}, 120_000);

test('100 MB is refused by the broker; many large ones at once stay within bounds', async () => {
  const huge = Buffer.alloc(100 * MEGABYTE, 'x');
  expect(await mallory.send([{ exchange: 'baton.results', key: 'results', content: huge }])).toBe(406);
  const [victim] = await agents();
  const large: Shot = { exchange: 'baton.direct', key: victim?.id ?? '', content: Buffer.alloc(10 * MEGABYTE, 'x') };
  const targets = [
    large,
    { ...large, exchange: 'baton.results', key: 'results' },
    { ...large, exchange: '', key: 'baton.orchestrator' },
  ];
  for (const target of targets) await mallory.send(Array.from({ length: 30 }, () => target));
}, 180_000);

test('results that somebody else sends, and those sent again', async () => {
  const stale = await bystanders.staleResults();
  const seen = await mallory.sniff('baton.results', 'results', 20);
  const again = seen.map(({ content, contentType }) => ({
    exchange: 'baton.results',
    key: 'results',
    content,
    options: { contentType },
  }));
  await mallory.send([...again, ...again]);
  await eventually(async () => (await bystanders.refused('result')) > 0, { timeoutMs: 60_000 });
  // With stolen credentials of a service they are heard, and found to be of the past.
  const thief = await Attacker.connect(services.messageQueueUrl);
  const userId = decodeURIComponent(new URL(services.messageQueueUrl).username);
  await thief.send(again.map((shot) => ({ ...shot, options: { ...shot.options, userId } })));
  await eventually(async () => (await bystanders.staleResults()) > stale, { timeoutMs: 20_000 });
  await thief.close();
}, 150_000);

test('heartbeats, news and orders in the name of others', async () => {
  const present = await agents();
  const usage = { cpuPercent: 0, memoryMb: 0, loadAverage: 0 };
  const options = { contentType: json };
  const shots = present.flatMap(({ id: agentId }): Shot[] => {
    const beat = { agentId, beat: 1, state: 'paused', draining: true, inFlight: [], usage };
    const said = (type: string, data: object): Buffer =>
      Buffer.from(event(`io.baton.agent.${type}.v1`, { agentId, ...data }));
    return [
      { exchange: 'baton.heartbeats', key: 'agent', content: said('heartbeat', beat), options },
      {
        exchange: 'baton.events',
        key: 'agent.lost',
        content: said('presence', { what: 'lost', reason: null }),
        options,
      },
      { exchange: 'baton.registry', key: 'registry', content: said('deregister', { reason: 'forged' }), options },
      { exchange: 'baton.registry', key: 'registry', content: said('unreachable', {}), options },
    ];
  });
  for (let n = 0; n < 5; n++) await mallory.spray(shots);
  const bus = await connectBus({ url: malloryUrl, name: 'mallory', source: '/mallory', logger });
  for (const { id } of present)
    await bus.publish(routes.inbox(id), outgoing(agentDrain, { reason: 'forged', withinMs: 1 }));
  const hosts = (await users.queues()).filter((name) => name.startsWith('baton.host.')).map((name) => name.slice(11));
  expect(hosts).toHaveLength(1);
  const stop = outgoing(hostStop, { name: 'probe-1', withinMs: 1 });
  await expect(bus.request(routes.host(hosts[0] ?? ''), stop)).rejects.toMatchObject({
    problem: { code: 'FORBIDDEN' },
  });
  await bus.close();
  for (const what of ['heartbeat', 'presence'])
    await eventually(async () => (await bystanders.refused(what)) > 0, { timeoutMs: 20_000 });
  await load.flows(100);
  expect((await agents()).map(({ id }) => id).sort()).toEqual(present.map(({ id }) => id).sort());
}, 90_000);

test('10,000 a second at the inbox of one agent: it goes on getting tasks', async () => {
  const probes = (await agents()).filter(({ family }) => family === 'probe');
  const ping = Buffer.from(event('io.baton.agent.ping.v1', {}));
  const drain = Buffer.from(event('io.baton.agent.drain.v1', { reason: 'flood', withinMs: 1 }));
  const shots = [ping, drain, Buffer.from('garbage')].flatMap((content) =>
    probes.map(({ id }) => ({ exchange: 'baton.direct', key: id, content, options: { contentType: json } })),
  );
  const [sent] = await Promise.all([mallory.flood(shots, PER_SECOND, SECONDS), load.flows(20)]);
  expect(sent).toBeGreaterThan(PER_SECOND);
  await load.flows(100);
}, 120_000);

const hello = defineMessage<{ n: number }>({
  type: 'io.baton.test.hello.v1',
  summary: 'A message of the test.',
  schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
});

test('10,000 a second at the live queue of one party: what others send it still comes', async () => {
  const own = (name: string): Promise<Bus> =>
    connectBus({ url: services.messageQueueUrl, name, source: `/${name}`, logger });
  const [reader, writer] = [await own('reader'), await own('writer')];
  const heard: number[] = [];
  const messenger = createMessenger({ bus: reader, logger, addresses: ['reader'], owner: 'reader' });
  await messenger.receive([onMessage(hello, ({ data }) => void heard.push(data.n))]);
  const contents = ['garbage', event('io.mallory.unknown.v1', {}), event(hello.type, { n: 'x' })].map((text) =>
    Buffer.from(text),
  );
  const shots = contents.map((content) => ({
    exchange: 'baton.messages',
    key: 'live.reader',
    content,
    options: { contentType: json },
  }));
  await mallory.flood(shots, PER_SECOND, SECONDS);
  await eventually(
    async () => {
      await writer.publish(routes.live('reader'), outgoing(hello, { n: 1 }), { mandatory: true });
      return heard.length > 0;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  await messenger.close();
  await Promise.all([reader.close(), writer.close()]);
}, 120_000);

test('more registrations than there is room for are refused; those who are there stay', async () => {
  const present = await agents();
  const bus = await connectBus({ url: malloryUrl, name: 'mallory', source: '/mallory', logger });
  const codes: string[] = [];
  const register = async (index: number): Promise<void> => {
    const agentId = randomUUID() as AgentId;
    await bus.consume(queues.inbox(agentId), () => 'done', { noAck: true });
    const who = {
      agentId,
      name: `mallory-${index}`,
      family: 'mallory',
      incarnation: 0,
      version: '1.0.0',
      host: 'x',
      pid: 1,
    };
    const agent = { ...who, capabilities: [], tags: [], concurrency: 1, resources: {}, channels: [] };
    await bus.request(routes.registry, outgoing(agentRegister, agent)).catch((error: unknown) => {
      codes.push(error instanceof RequestFailedError ? error.problem.code : String(error));
    });
  };
  for (let index = 0; index < 3 * MAX_AGENTS; index++) await register(index);
  expect(codes.length).toBeGreaterThanOrEqual(2 * MAX_AGENTS);
  expect(new Set(codes)).toEqual(new Set(['AGENT_LIMIT_REACHED']));
  const there = (await agents()).map(({ id }) => id);
  expect(there).toEqual(expect.arrayContaining(present.map(({ id }) => id)));
  await bus.close();
}, 90_000);

test('afterwards: all that was accepted was done once, and no rule is broken', async () => {
  const ids = await load.stop();
  working = false;
  const tasks = await under.client().ended(ids.slice(-500), 60_000);
  expect(tasks.filter(({ state }) => state !== 'completed')).toEqual([]);
  await eventually(
    async () => {
      const { body } = await under.client().get<{ tasks: Record<string, number> }>('/api/system/status');
      return Object.entries(body.tasks).every(([state, count]) => state === 'completed' || count === 0);
    },
    { timeoutMs: 60_000 },
  );
  await under.expectInvariants();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}, 120_000);
