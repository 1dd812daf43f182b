import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, outgoing, queues, respond, type Responder, routes, ServiceUsers } from '@baton/bus';
import {
  agentDrain,
  type AgentId,
  type HostedProcess,
  hostHeartbeat,
  type HostHeartbeat,
  type HostId,
  hostReply,
  hostSpawn,
  hostStop,
  StateConflictError,
} from '@baton/contracts';
import { createLogger, createMetricsRegistry, Refusals } from '@baton/observability';
import { Database, registerAgent } from '@baton/persistence';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { Senders } from '../senders/senders';
import { AgentDirectory } from './agent-directory';
import { HostDirectory } from './host-directory';

const logger = createLogger('agents-spec', 'silent');
let broker: TestBroker;
let own: TestDatabase;
let database: Database;
let bus: Bus;
let hosts: HostDirectory;
let agents: AgentDirectory;

beforeAll(async () => {
  [broker, own] = await Promise.all([testBroker(), testDatabase()]);
  database = new Database({ url: own.url, name: 'agents-spec' });
  bus = await connectBus({ url: broker.url, name: 'door', source: '/test', logger });
  const senders = new Senders(new ServiceUsers(broker.url), new Refusals(logger, createMetricsRegistry('spec')));
  hosts = new HostDirectory(bus, senders);
  agents = new AgentDirectory(database, hosts, bus, { MAX_AGENTS: 5 });
});
afterAll(async () => {
  await hosts.onApplicationShutdown();
  await bus.close();
  await database.close();
  await Promise.all([own.close(), broker.close()]);
});

/** The wire side of a host: it beats, and keeps a list instead of processes. */
class WireHost {
  readonly hostId = randomUUID() as HostId;
  readonly orders: unknown[] = [];
  refuses = false;
  private constructor(private readonly bus: Bus) {}

  static async start(): Promise<WireHost> {
    const host = new WireHost(await connectBus({ url: broker.url, name: 'host', source: '/hosts/test', logger }));
    const take = (data: object): ReturnType<typeof outgoing> => {
      if (host.refuses) throw new StateConflictError('This host is stopping.');
      host.orders.push(data);
      return outgoing(hostReply, { ok: true, message: 'done' });
    };
    const responders: Responder[] = [hostSpawn, hostStop].map((kind) => ({ kind, handle: ({ data }) => take(data) }));
    await respond(host.bus, queues.host(host.hostId), responders);
    return host;
  }

  async beat(processes: readonly HostedProcess[] = []): Promise<void> {
    const { hostId } = this;
    const beat: HostHeartbeat = {
      ...{ hostId, hostname: 'box', pid: 1, beat: 1, families: ['probe'], cpus: 2, memoryMb: 100 },
      processes,
    };
    await this.bus.publish(routes.hostHeartbeats, outgoing(hostHeartbeat, beat));
  }

  /** As a kill -9 leaves it. */
  close(): Promise<void> {
    return this.bus.close();
  }
}
const running = (name: string, agentId: AgentId): HostedProcess => ({
  ...{ name, agentId, family: 'probe', state: 'running', pid: 7, restarts: 0, lastExit: null },
});

test('without a host there is a clear answer; one that comes just after the start is waited for', async () => {
  await hosts.onApplicationBootstrap();
  const waiting = agents.create({ family: 'probe', name: 'early' }, 'user:admin');
  const host = await WireHost.start();
  await host.beat();
  const created = await waiting;
  expect(created).toMatchObject({ name: 'early', state: 'created', host: 'box' });
  expect(host.orders).toEqual([
    { agentId: created.id, name: 'early', family: 'probe', tags: [], concurrency: null, env: {} },
  ]);
  await expect(agents.create({ family: 'chef' }, 'user:admin')).rejects.toMatchObject({ code: 'FAMILY_UNKNOWN' });
  await host.close();
});

test('a name that is taken, a host that refuses, and the limit', async () => {
  const host = await WireHost.start();
  await eventually(async () => {
    await host.beat();
    return hosts.list().some((one) => one.hostId === host.hostId);
  });
  const create = (name: string) => agents.create({ family: 'probe', name }, 'user:admin');
  // The host of the test before is still listed; that its inbox is gone is noticed and it is passed over.
  await create('second');
  await expect(create('early')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  host.refuses = true;
  await expect(create('refused')).rejects.toMatchObject({ recovery: expect.stringMatching(/conflict|reject/) });
  expect(await agents.list({ name: 'refused', present: false }, { limit: 5 })).toMatchObject([{ state: 'terminated' }]);
  host.refuses = false;
  for (const name of ['third', 'fourth', 'fifth']) await create(name);
  await expect(create('one-too-many')).rejects.toMatchObject({ code: 'AGENT_LIMIT_REACHED' });
  await host.close();
});

test('removing drains by the host, or by the agent itself when no host has it', async () => {
  const host = await WireHost.start();
  const named = (name: string) => ({
    ...{ agentId: randomUUID() as AgentId, name, family: 'probe', incarnation: 0, version: '1', host: 'box', pid: 7 },
    ...{ capabilities: [], tags: [], concurrency: 1, resources: {}, channels: [] },
  });
  const [hosted, foreign, gone] = [named('hosted'), named('foreign'), named('gone')];
  for (const agent of [hosted, foreign, gone])
    await registerAgent(database, agent, { actor: 'registry', maxAgents: 100 });
  await host.beat([running('hosted', hosted.agentId)]);
  await eventually(() => hosts.find({ id: hosted.agentId, name: 'hosted' }) !== undefined);
  await agents.remove(hosted.agentId, 'user:admin');
  expect(host.orders).toEqual([{ name: 'hosted', withinMs: 10_000 }]);
  expect((await agents.history(hosted.agentId)).at(-1)).toMatchObject({
    actor: 'user:admin',
    reason: 'removed on request',
  });

  const heard: string[] = [];
  const inbox = queues.inbox(foreign.agentId);
  await bus.consume(inbox, ({ events }) => (heard.push(...events.map((event) => event.type)), 'done'), { noAck: true });
  await agents.remove(foreign.agentId, 'user:admin');
  await eventually(() => expect(heard).toEqual([agentDrain.type]));

  expect(await agents.remove(gone.agentId, 'user:admin')).toMatchObject({ state: 'terminated' });
  expect(await agents.remove(gone.agentId, 'user:admin')).toMatchObject({ state: 'terminated' });
  await expect(agents.remove(randomUUID(), 'user:admin')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  await expect(agents.get('nonsense')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  await host.close();
});

test('lists those that are present unless asked otherwise', async () => {
  const names = async (filter: object): Promise<string[]> =>
    (await agents.list(filter, { limit: 100 })).map((agent) => agent.name);
  expect(await names({})).toEqual(expect.arrayContaining(['hosted', 'foreign']));
  expect(await names({})).not.toContain('gone');
  expect(await names({ state: 'terminated' })).toEqual(expect.arrayContaining(['gone', 'refused']));
});
