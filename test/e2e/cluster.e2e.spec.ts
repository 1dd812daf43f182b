import { rmSync } from 'node:fs';
import { createSender, type Bus } from '@baton/bus';
import { eventually, TcpProxy, TestAuthority, testFolder } from '@baton/testing';
import { Buses } from '../../libs/bus/test/bus-fixture';
import { messengerOn, party, StandInRegistry } from '../../libs/bus/test/messaging-fixture';
import { type Cluster, freePort, startCluster } from '../../tools/services';
import { Arrivals } from './cluster/arrivals';
import { Management } from './cluster/management';
import { SteadyMessages } from './cluster/steady-messages';
import { MeshUnderTest } from './mesh-under-test';
import { SteadyLoad } from './steady-load';

/** Three brokers, one of them killed: work and messages go on. The aim is a gap below 5 s; slow machines get more. */
const GAP_GUARD_MS = 15_000;
const PER_SECOND = 5_000;

let folder: string;
let cluster: Cluster;
let authority: TestAuthority;
/** Each node also takes TLS there, from those who show a certificate. */
let tlsPorts: readonly number[];

beforeAll(async () => {
  folder = testFolder('cluster');
  authority = await TestAuthority.create();
  const ca = authority.writeTo(folder);
  const { cert, key } = await authority.issueTo(folder, 'broker', { name: 'broker', hosts: ['127.0.0.1'] });
  tlsPorts = [await freePort(), await freePort(), await freePort()];
  const settings = (node: number): string[] => [
    `listeners.ssl.default = 127.0.0.1:${tlsPorts[node - 1]}`,
    `ssl_options.cacertfile = ${ca}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = true',
  ];
  cluster = await startCluster({ dataDir: `${folder}/nodes`, settings, progress: () => undefined });
}, 180_000);
// Also a test that failed half-way leaves its successor a whole cluster.
beforeEach(bringBack, 120_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const managementOf = (index: number): Management => new Management(cluster.managementUrls[index] ?? '');

/** Starts whoever is down; resolves when all are in the cluster, each with its part of every quorum queue. */
async function bringBack(): Promise<void> {
  await Promise.all(cluster.nodes.map((node) => node.start()));
  await eventually(
    async () => {
      for (const queue of await managementOf(0).queues()) {
        if (queue.type === 'quorum') expect(queue.online).toHaveLength(3);
      }
      for (const index of cluster.nodes.keys()) {
        expect((await managementOf(index).nodes()).filter(({ running }) => running)).toHaveLength(3);
      }
    },
    { timeoutMs: 60_000 },
  );
}

function overTls(urls: readonly string[]): string[] {
  return urls.map((plain, index) => {
    const url = new URL(plain.replace('amqp:', 'amqps:'));
    url.port = String(tlsPorts[index]);
    return url.href;
  });
}

function report(line: string): void {
  process.stderr.write(`cluster: ${line}\n`);
}

describe('messages', () => {
  const buses = new Buses();
  afterAll(() => buses.closeAll(), 30_000);

  /** All of them dial the second node first: that is where connections and leaders are. */
  const connect = (vhost: string, source: string, urls: readonly string[] = cluster.urls): Promise<Bus> => {
    const [first = '', second = '', third = ''] = urls.map((url) => `${url}${vhost}`);
    return buses.connect([second, third, first].join(','), { source, heartbeatSeconds: 10 });
  };

  test('the network of who reads a mailbox goes silent: none lost, none handled twice, in order', async () => {
    await managementOf(0).addVirtualHost('silence');
    const proxies = await Promise.all(cluster.urls.map((url) => TcpProxy.inFrontOf(url)));
    const [service, sender] = await Promise.all(['/registry', '/sender'].map((source) => connect('silence', source)));
    const receiver = await connect(
      'silence',
      '/receiver',
      proxies.map(({ url }) => url),
    );
    const registry = await new StandInRegistry().start(service as Bus);
    const name = party();
    const got = new Arrivals();
    const messenger = messengerOn(receiver, name, { registryPatienceMs: 10_000 });
    await messenger.receive([got.handler]);
    await messenger.openMailbox();

    const messages = SteadyMessages.start(createSender(sender as Bus), name, 1_000);
    await eventually(() => got.numbers.length > 2_000, { timeoutMs: 30_000 });
    const usual = got.takeLongestGap();
    for (const proxy of proxies) {
      proxy.goSilent();
      proxy.mend(); // new connections pass; those there are stay silent
    }
    const before = got.numbers.length;
    await eventually(() => got.numbers.length > before + 5_000, { timeoutMs: 60_000 });
    const gap = got.takeLongestGap();
    await messages.stop();

    expect(messages.failures).toEqual([]);
    await eventually(() => expect(got.numbers.length).toBeGreaterThanOrEqual(messages.sent), { timeoutMs: 60_000 });
    expect(got.faults(messages.sent)).toEqual({ lost: 0, twice: 0, firstOutOfOrder: undefined });
    report(`${messages.sent} messages, longest time without one ${usual} ms before the silence, ${gap} ms over it`);
    expect(gap).toBeLessThan(GAP_GUARD_MS);
    await messenger.close();
    await registry.stop();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }, 180_000);

  test(`${PER_SECOND} confirmed messages a second, a node killed under them: none lost, none handled twice`, async () => {
    await managementOf(0).addVirtualHost('flow');
    const [service, receiver, sender] = await Promise.all(
      ['/registry', '/receiver', '/sender'].map((source) => connect('flow', source)),
    );
    const registry = await new StandInRegistry().start(service as Bus);
    const name = party();
    const got = new Arrivals();
    const messenger = messengerOn(receiver as Bus, name, { registryPatienceMs: 10_000 });
    await messenger.receive([got.handler]);
    await messenger.openMailbox();

    const messages = SteadyMessages.start(createSender(sender as Bus), name, PER_SECOND);
    await messages.flows(2 * PER_SECOND);
    const usual = messages.takeLongestGap();
    await cluster.nodes[1]?.kill();
    await messages.flows(3 * PER_SECOND, 60_000);
    const gap = messages.takeLongestGap();
    await messages.stop();

    expect(messages.failures).toEqual([]);
    await eventually(() => expect(got.numbers.length).toBeGreaterThanOrEqual(messages.sent), { timeoutMs: 60_000 });
    expect(got.faults(messages.sent)).toEqual({ lost: 0, twice: 0, firstOutOfOrder: undefined });
    report(`${messages.sent} messages, longest time without a confirm ${usual} ms before the kill, ${gap} ms over it`);
    expect(gap).toBeLessThan(GAP_GUARD_MS);
    await messenger.close();
    await registry.stop();
  }, 180_000);
});

describe('tasks, everything over TLS', () => {
  let under: MeshUnderTest;
  beforeAll(async () => {
    const { cert, key } = await authority.issueTo(folder, 'mesh', { name: 'mesh' });
    const certificates = { MESSAGE_QUEUE_CA: `${folder}/ca.pem`, MESSAGE_QUEUE_CERT: cert, MESSAGE_QUEUE_KEY: key };
    under = await MeshUnderTest.start({
      messageQueueUrl: overTls(cluster.urls).join(','),
      environment: { LOG_LEVEL: 'info', ...certificates },
    });
  }, 180_000);
  afterAll(() => under?.stop(), 60_000);

  let load: SteadyLoad | undefined;
  afterEach(() => load?.stop());

  const pids = (): string[] => under.mesh.processes.map(({ name, pid }) => `${name} ${pid}`).sort();

  test('the node everybody is connected to is killed under load: all work is done, no process restarts', async () => {
    await everybodyIsOnTheFirst();
    await queuesAreKeptByThree();
    const before = pids();
    load = SteadyLoad.start(
      'cluster',
      () => under.client(),
      (index) => ({
        capability: 'probe.sleep',
        input: { ms: 5 + (index % 5) * 5 },
      }),
    );
    await load.flows(200);
    const killedAt = Date.now();
    await cluster.nodes[0]?.kill();
    await load.flows(300);
    await bringBack();
    await load.flows(50);
    const ids = await load.stop();

    const tasks = await under.client().ended(ids, 90_000);
    expect(tasks.filter(({ state }) => state !== 'completed')).toEqual([]);
    expect(pids()).toEqual(before);
    await under.expectInvariants();
    const gap = await longestGapAround(ids, killedAt);
    report(`${ids.length} tasks done, longest time without a completion ${gap} ms`);
    expect(gap).toBeLessThan(GAP_GUARD_MS);
  }, 300_000);

  async function everybodyIsOnTheFirst(): Promise<void> {
    const [first] = await managementOf(0).nodes();
    await eventually(async () => {
      const connections = await managementOf(0).connections();
      expect(connections.length).toBeGreaterThan(8);
      expect(new Set(connections.map(({ node, ssl }) => `${node} ${ssl}`))).toEqual(new Set([`${first?.name} true`]));
    });
  }

  async function queuesAreKeptByThree(): Promise<void> {
    const durable = (await managementOf(0).queues('/')).filter((queue) => queue.durable);
    expect(durable.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['baton.registry', 'baton.results', 'baton.dead-letters', 'baton.orchestrator']),
    );
    for (const queue of durable) expect(queue).toMatchObject({ type: 'quorum', members: { length: 3 } });
  }

  /** Between two completions that follow each other, from shortly before the kill on. */
  async function longestGapAround(ids: readonly string[], killedAt: number): Promise<number> {
    const ends: number[] = [];
    for (const id of ids) {
      const { body } = await under.client().get<{ finishedAt: string }>(`/api/tasks/${id}`);
      ends.push(Date.parse(body.finishedAt));
    }
    const after = ends.sort((a, b) => a - b).filter((end) => end > killedAt - 1_000);
    return Math.max(...after.slice(1).map((end, index) => end - (after[index] as number)));
  }
});
