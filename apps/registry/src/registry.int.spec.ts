import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, type Delivery, outgoing, queues, RequestFailedError, routes } from '@baton/bus';
import {
  agentDeregister,
  agentDrain,
  agentHeartbeat,
  agentPing,
  agentPresence,
  agentRegister,
  agentReregister,
  agentsDiscover,
  agentUnreachable,
  type AgentId,
  type AgentPresence,
  type AgentRegister,
  type AgentRegistered,
  type AgentsDiscovered,
  type AgentState,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { agentHistory, Database, getAgent } from '@baton/persistence';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readConfig } from './config';
import { Desk } from './desk';
import { RegistryModule } from './registry.module';

jest.setTimeout(40_000);
const logger = createLogger('registry-spec', 'silent');
const HEARTBEAT_MS = 200;
let broker: TestBroker;
let own: TestDatabase;
let database: Database;
let observer: Bus;
const presences: AgentPresence[] = [];
const registries: INestApplicationContext[] = [];
const agents: TestAgent[] = [];

async function startRegistry(environment: Record<string, string> = {}): Promise<INestApplicationContext> {
  const config = readConfig({
    MESSAGE_QUEUE_URL: broker.url,
    DATABASE_URL: own.url,
    BATON_HEARTBEAT_SECONDS: '0.5',
    BATON_LOST_AFTER_SECONDS: '2',
    ...environment,
  });
  const registry = await NestFactory.createApplicationContext(RegistryModule.with(config, logger), { logger: false });
  registries.push(registry);
  return registry;
}
async function stopRegistry(registry: INestApplicationContext): Promise<void> {
  registries.splice(registries.indexOf(registry), 1);
  await registry.close();
}

/** An agent as the wire sees it: a connection, an inbox, a heartbeat. */
class TestAgent {
  readonly id = randomUUID() as AgentId;
  readonly heard: string[] = [];
  state: AgentState = 'idle';
  draining = false;
  private beat = 0;
  private timer: NodeJS.Timeout | undefined;
  private constructor(
    readonly name: string,
    private readonly bus: Bus,
  ) {}

  static async start(name: string): Promise<TestAgent> {
    const agent = new TestAgent(name, await connectBus({ url: broker.url, name, source: `/agents/${name}`, logger }));
    agents.push(agent);
    const kinds = [agentPing, agentReregister, agentDrain];
    await agent.bus.consume(
      queues.inbox(agent.id),
      async ({ events }: Delivery): Promise<'done'> => {
        agent.heard.push(...events.map((event) => event.type));
        if (events.some((event) => event.type === agentReregister.type)) await agent.register();
        return 'done';
      },
      { noAck: true, kinds },
    );
    return agent;
  }

  async register(more: Partial<AgentRegister> = {}): Promise<AgentRegistered> {
    const request = outgoing(agentRegister, {
      agentId: this.id,
      name: this.name,
      family: 'probe',
      incarnation: 0,
      version: '1.0.0',
      host: 'here',
      pid: process.pid,
      capabilities: [{ name: 'probe.echo', version: '1.0.0', input: true, output: { type: 'object' } }],
      tags: ['test'],
      concurrency: 4,
      resources: {},
      channels: [],
      ...more,
    });
    return (await this.bus.request<AgentRegistered>(routes.registry, request)).data;
  }

  beatOnce(): void {
    const { id: agentId, state, draining } = this;
    const usage = { cpuPercent: 1, memoryMb: 1, loadAverage: 0 };
    const message = { agentId, beat: ++this.beat, state, draining, inFlight: [], usage };
    void this.bus.publish(routes.agentHeartbeats, outgoing(agentHeartbeat, message));
  }

  beatOn(): this {
    this.beatOnce();
    this.timer = setInterval(() => this.beatOnce(), HEARTBEAT_MS);
    return this;
  }

  fallSilent(): void {
    clearInterval(this.timer);
  }

  say(kind: typeof agentDeregister, data: { reason: string }): Promise<unknown> {
    return this.bus.publish(routes.registry, outgoing(kind, { agentId: this.id, ...data }), { durable: true });
  }

  /** As a kill -9 leaves it: the connection and with it the inbox are gone. */
  async die(): Promise<void> {
    this.fallSilent();
    await this.bus.close(0);
  }
}

const told = (id: AgentId): string[] =>
  presences.filter((one) => one.agentId === id).map((one) => (one.reason ? `${one.what}: ${one.reason}` : one.what));
const stateOf = async (id: AgentId): Promise<string | undefined> => (await getAgent(database, id))?.state;
const endsOf = async (id: AgentId): Promise<(string | null)[]> =>
  (await agentHistory(database, id)).filter((step) => step.to === 'terminated').map((step) => step.reason);

beforeAll(async () => {
  [broker, own] = await Promise.all([testBroker(), testDatabase()]);
  database = new Database({ url: own.url, name: 'registry-spec' });
  observer = await connectBus({ url: broker.url, name: 'observer', source: '/test', logger });
  const note = (data: unknown): void => void presences.push(data as AgentPresence);
  await observer.consume(
    queues.events(randomUUID(), ['agent.*']),
    ({ events }) => (events.forEach((event) => note(event.data)), 'done'),
    { noAck: true, kinds: [agentPresence] },
  );
}, 60_000);
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.die()));
  await Promise.all(registries.splice(0).map((registry) => registry.close()));
});
afterAll(async () => {
  await observer.close();
  await database.close();
  await Promise.all([own.close(), broker.close()]);
});

test('an agent registers, is discovered, and leaves as planned', async () => {
  await startRegistry();
  const agent = await TestAgent.start('planned');
  expect(await agent.register()).toEqual({
    agentId: agent.id,
    incarnation: 1,
    heartbeatSeconds: 0.5,
    services: [broker.user],
  });
  const found = async (conditions: object): Promise<AgentId[]> => {
    const reply = await observer.request<AgentsDiscovered>(routes.registry, outgoing(agentsDiscover, conditions));
    return reply.data.agents.map((one) => one.id);
  };
  expect(await found({ capability: 'probe.echo', family: 'probe', tags: ['test'], state: 'idle' })).toContain(agent.id);
  expect(await found({ capability: 'probe.none' })).toEqual([]);
  agent.beatOn();
  await eventually(async () => expect((await getAgent(database, agent.id))?.usage).toMatchObject({ memoryMb: 1 }));
  await agent.say(agentDeregister, { reason: 'SIGTERM' });
  await eventually(async () => expect(await stateOf(agent.id)).toBe('terminated'));
  await eventually(() => expect(told(agent.id)).toEqual(['registered', 'deregistered: SIGTERM']));
});

test('what does not fit is refused with the reason', async () => {
  await startRegistry({ MAX_AGENTS: '1' });
  const agent = await TestAgent.start('refused');
  const bad = { name: 'probe.bad', version: '1.0.0', input: { type: 'nonsense' }, output: true };
  await expect(agent.register({ capabilities: [bad] })).rejects.toMatchObject({
    problem: { code: 'VALIDATION_FAILED', errors: [{ path: 'capabilities[0].input' }] },
  });
  await expect(agent.register({ concurrency: 0, tags: ['', 'b'] })).rejects.toMatchObject({
    problem: { code: 'VALIDATION_FAILED', errors: [{ path: 'tags[0]' }, { path: 'concurrency' }] },
  });
  await expect(agent.register({ agentId: randomUUID() as AgentId })).rejects.toMatchObject({
    problem: { code: 'UNROUTABLE' },
  });
  await agent.register();
  const second = await TestAgent.start('one-too-many');
  await expect(second.register()).rejects.toBeInstanceOf(RequestFailedError);
  await expect(second.register()).rejects.toMatchObject({ problem: { code: 'AGENT_LIMIT_REACHED', status: 422 } });
});

test('the next incarnation of a name replaces the one before, which is told to leave', async () => {
  await startRegistry();
  const first = await TestAgent.start('again');
  const second = await TestAgent.start('again');
  await first.register();
  expect(await second.register()).toMatchObject({ incarnation: 2 });
  await eventually(() => expect(told(first.id)).toContain(`lost: replaced by ${second.id}`));
  await eventually(() => expect(first.heard).toContain(agentDrain.type));
});

test('a killed agent that somebody could not reach is lost at once', async () => {
  const bus = (await startRegistry()).get(Desk, { strict: false }).bus;
  const [agent, alive] = [(await TestAgent.start('killed')).beatOn(), (await TestAgent.start('alive')).beatOn()];
  await agent.register();
  await alive.register();
  await eventually(() => bus.connectedForMs > 3000); // a young connection is not trusted
  await agent.die();
  const since = performance.now();
  for (const { id: agentId } of [agent, alive])
    await observer.publish(routes.registry, outgoing(agentUnreachable, { agentId }), { durable: true });
  await eventually(() => expect(told(agent.id)).toContain('lost: unreachable'));
  expect(performance.now() - since).toBeLessThan(1000);
  expect(await endsOf(agent.id)).toEqual(['unreachable']);
  expect(await stateOf(alive.id)).toBe('idle');
});

test('a silent agent is lost; when it is heard again it returns', async () => {
  await startRegistry();
  const agent = (await TestAgent.start('sleeper')).beatOn();
  const other = (await TestAgent.start('awake')).beatOn();
  await agent.register();
  await other.register();
  await eventually(() => expect(agent.heard).toContain(agentPing.type));
  agent.fallSilent();
  await eventually(() => expect(told(agent.id)).toContain('lost: lost'), { timeoutMs: 15_000 });
  agent.beatOn();
  await eventually(() => expect(told(agent.id)).toContain('returned'), { timeoutMs: 15_000 });
  expect(await stateOf(agent.id)).toBe('idle');
  expect(await stateOf(other.id)).toBe('idle');
  expect(told(other.id)).toEqual(['registered']);
});

test('a registry that restarts loses nobody, and notices who died meanwhile', async () => {
  const before = await startRegistry();
  const [stays, dies] = [(await TestAgent.start('stays')).beatOn(), (await TestAgent.start('dies')).beatOn()];
  await stays.register();
  await dies.register();
  await stopRegistry(before);
  await dies.die();
  await startRegistry();
  await eventually(() => expect(told(dies.id)).toContain('lost: lost'), { timeoutMs: 15_000 });
  expect(await stateOf(stays.id)).toBe('idle');
  expect(told(stays.id)).toEqual(['registered']);
});

test('two replicas agree: an agent registers with one, both know it, its end is recorded once', async () => {
  await Promise.all([startRegistry(), startRegistry()]);
  const crowd = await Promise.all(Array.from({ length: 10 }, (_, n) => TestAgent.start(`pair-${n}`)));
  await Promise.all(crowd.map((agent) => agent.register()));
  for (const agent of crowd) agent.beatOn();
  const [victim, ...others] = crowd as [TestAgent, ...TestAgent[]];
  await victim.die();
  await eventually(() => expect(told(victim.id)).toContain('lost: lost'), { timeoutMs: 20_000 });
  for (const agent of others) {
    expect(await stateOf(agent.id)).toBe('idle');
    expect(agent.heard).not.toContain(agentReregister.type);
  }
  expect(await endsOf(victim.id)).toEqual(['lost']);
});

test('an unknown agent that is heard is asked to register', async () => {
  await startRegistry();
  const agent = (await TestAgent.start('unknown')).beatOn();
  await eventually(() => expect(told(agent.id)).toContain('registered'));
  expect(agent.heard.filter((type) => type === agentReregister.type).length).toBe(1);
});

test('a pause and a drain that an agent reports are news', async () => {
  await startRegistry();
  const agent = (await TestAgent.start('pausing')).beatOn();
  await agent.register();
  agent.state = 'paused';
  await eventually(async () => expect(await stateOf(agent.id)).toBe('paused'));
  agent.state = 'running';
  await eventually(async () => expect(await stateOf(agent.id)).toBe('idle'));
  agent.draining = true;
  await eventually(() => expect(told(agent.id)).toEqual(expect.arrayContaining(['updated: paused', 'updated: idle'])));
  await eventually(() => expect(told(agent.id)).toContain('updated: draining'));
});
