import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Bus, connectBus, outgoing, queues, routes } from '@baton/bus';
import {
  agentDeregister,
  agentUnreachable,
  type AgentId,
  type HostedProcess,
  type HostHeartbeat,
  hostHeartbeat,
  type HostId,
  hostSpawn,
  hostStop,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { NestFactory } from '@nestjs/core';
import { readConfig } from './config';
import { Desk } from './desk';
import { HostModule } from './host.module';
import { Supervisor } from './supervisor/supervisor';

jest.setTimeout(40_000);
const logger = createLogger('host-spec', 'silent');

/** A program as small as an agent can be: it tells who it is, and behaves as FIXTURE says. */
const FIXTURE = `
const { BATON_AGENT_NAME: name, BATON_AGENT_ID: id, BATON_AGENT_TAGS: tags, DATABASE_URL: secret, FIXTURE } = process.env;
const say = (event, more) => console.log(JSON.stringify({ event, name, id, ...more }));
if (FIXTURE === 'misconfigured') { console.error('PORT: is not a number'); process.exit(78); }
process.on('SIGTERM', () => { say('term'); if (FIXTURE !== 'stubborn') process.exit(0); });
process.on('disconnect', () => process.exit(0));
say('up', { tags, secret, extra: process.env.EXTRA });
process.send({ type: 'ready' });
setInterval(() => undefined, 1000);
`;

interface Line {
  readonly event: string;
  readonly name: string;
  readonly id: string;
  readonly [more: string]: unknown;
}
interface Running {
  readonly hostId: HostId;
  readonly lines: Line[];
  process(name: string): HostedProcess | undefined;
  close(): Promise<void>;
}

let broker: TestBroker;
let observer: Bus;
let folder: string;
const beats: HostHeartbeat[] = [];
const notices: { readonly type: string; readonly agentId: AgentId }[] = [];
const running: Running[] = [];

beforeAll(async () => {
  broker = await testBroker();
  observer = await connectBus({ url: broker.url, name: 'observer', source: '/test', logger });
  await observer.consume(
    queues.heartbeats(randomUUID(), ['host']),
    ({ events }) => (beats.push(...events.map((event) => event.data as HostHeartbeat)), 'done'),
    { noAck: true, kinds: [hostHeartbeat] },
  );
  await observer.consume(
    { name: `notices-${randomUUID()}`, life: 'exclusive', bindings: [routes.registry], deadLetters: false },
    ({ events }) => {
      notices.push(...events.map(({ type, data }) => ({ type, agentId: (data as { agentId: AgentId }).agentId })));
      return 'done';
    },
    { noAck: true, kinds: [agentUnreachable, agentDeregister] },
  );
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-'));
  for (const family of ['fixture', 'other']) {
    mkdirSync(join(folder, 'apps', `${family}-agent`), { recursive: true });
    writeFileSync(join(folder, 'apps', `${family}-agent`, 'main.js'), FIXTURE);
  }
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.close()));
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await observer.close();
  await broker.close();
});

const environment = (deployment: object): Record<string, string> => {
  writeFileSync(join(folder, 'deployment.yaml'), JSON.stringify(deployment));
  return {
    MESSAGE_QUEUE_URL: broker.url,
    DATABASE_URL: 'postgres://not-for-agents',
    BATON_DEPLOYMENT: join(folder, 'deployment.yaml'),
    BATON_DATA_DIR: folder,
    BATON_APPS_DIR: join(folder, 'apps'),
    BATON_DRAIN_MS: '200',
    PATH: process.env.PATH ?? '',
  };
};

async function startHost(deployment: object): Promise<Running> {
  const lines: Line[] = [];
  const write = (chunk: Buffer, _: string, done: () => void): void => {
    const texts = chunk.toString().split('\n').filter(Boolean);
    lines.push(...texts.map((text) => JSON.parse(text) as Line));
    done();
  };
  const out = { logger, logs: new Writable({ write }) };
  const app = await NestFactory.createApplicationContext(HostModule.with(readConfig(environment(deployment)), out), {
    logger: false,
  });
  const host: Running = {
    hostId: app.get(Desk, { strict: false }).hostId,
    lines,
    process: (name) => app.get(Supervisor).snapshot.find((one) => one.name === name),
    close: async () => {
      if (running.includes(host)) running.splice(running.indexOf(host), 1);
      await app.close();
    },
  };
  running.push(host);
  return host;
}
const fixture = (name: string, more: object = {}): object => ({ name, family: 'fixture', ...more });
const isUp = (host: Running, name: string): Promise<HostedProcess> =>
  eventually(() => {
    const process = host.process(name);
    expect(process).toMatchObject({ state: 'running' });
    return process as HostedProcess;
  });
const isGone = (pid: number | null): Promise<unknown> =>
  eventually(() => expect(() => process.kill(pid ?? 0, 0)).toThrow());

test('starts what the deployment says, tells it by heartbeat, and gives agents what is theirs only', async () => {
  const host = await startHost({ agents: [fixture('worker', { replicas: 2, tags: ['a', 'b'], env: { EXTRA: '1' } })] });
  await isUp(host, 'worker-1');
  await isUp(host, 'worker-2');
  const said = host.lines.filter((line) => line.event === 'up');
  expect(said.map((line) => line.name).sort()).toEqual(['worker-1', 'worker-2']);
  for (const line of said)
    expect(line).toMatchObject({ tags: 'a,b', extra: '1', id: host.process(line.name)?.agentId });
  expect(said[0]).not.toHaveProperty('secret');
  await eventually(() => {
    const last = beats.filter((beat) => beat.hostId === host.hostId).at(-1);
    expect(last).toMatchObject({
      families: ['fixture', 'other'],
      processes: [{ state: 'running' }, { state: 'running' }],
    });
  });
});

test('a killed agent is reported at once and started again under a new id', async () => {
  const host = await startHost({ agents: [fixture('victim')] });
  const before = await isUp(host, 'victim-1');
  process.kill(before.pid as number, 'SIGKILL');
  await eventually(() =>
    expect(notices).toContainEqual({ type: agentUnreachable.type, agentId: before.agentId as AgentId }),
  );
  await eventually(() =>
    expect(host.process('victim-1')).toMatchObject({ state: 'running', restarts: 1, lastExit: 'SIGKILL' }),
  );
  expect(host.process('victim-1')?.agentId).not.toBe(before.agentId);
});

test('an agent with a wrong configuration is given up, and its complaint is passed on', async () => {
  const host = await startHost({
    agents: [fixture('poison', { env: { FIXTURE: 'misconfigured' } }), fixture('sound')],
  });
  await eventually(() =>
    expect(host.process('poison-1')).toMatchObject({ state: 'failed', restarts: 0, lastExit: 'exit 78' }),
  );
  await isUp(host, 'sound-1');
  expect(host.lines).toContainEqual({ level: 50, name: 'poison-1', msg: 'PORT: is not a number' });
});

test('restart policy never', async () => {
  const host = await startHost({ agents: [fixture('once', { restart: { policy: 'never' } })] });
  const { pid } = await isUp(host, 'once-1');
  process.kill(pid as number, 'SIGKILL');
  await eventually(() => expect(host.process('once-1')).toMatchObject({ state: 'failed', lastExit: 'SIGKILL' }));
});

test('starts in order, stops backwards, and reports who left', async () => {
  const host = await startHost({
    agents: [fixture('top', { dependsOn: ['middle'] }), fixture('middle', { dependsOn: ['base'] }), fixture('base')],
  });
  const { agentId } = await isUp(host, 'top-1');
  await host.close();
  const order = (event: string): string[] => host.lines.filter((line) => line.event === event).map((line) => line.name);
  expect(order('up')).toEqual(['base-1', 'middle-1', 'top-1']);
  expect(order('term')).toEqual(['top-1', 'middle-1', 'base-1']);
  await eventually(() => expect(notices).toContainEqual({ type: agentDeregister.type, agentId: agentId as AgentId }));
});

test('who does not end when asked is ended by force', async () => {
  const host = await startHost({ agents: [fixture('rock', { env: { FIXTURE: 'stubborn' } })] });
  const { pid } = await isUp(host, 'rock-1');
  await host.close();
  await isGone(pid);
});

test('runs agents on order, again after a restart, and no more once they were stopped', async () => {
  const first = await startHost({ agents: [fixture('planned')] });
  const agentId = randomUUID() as AgentId;
  const spec = { agentId, name: 'added', family: 'other', tags: [], concurrency: 2, env: {} };
  const spawn = (host: Running, more: object = {}) =>
    observer.request(routes.host(host.hostId), outgoing(hostSpawn, { ...spec, ...more }));
  expect((await spawn(first)).data).toMatchObject({ ok: true, process: { name: 'added', agentId } });
  expect((await spawn(first)).data).toMatchObject({ ok: true });
  await expect(spawn(first, { agentId: randomUUID() })).rejects.toMatchObject({ problem: { status: 409 } });
  await expect(spawn(first, { name: 'planned-1' })).rejects.toMatchObject({ problem: { status: 409 } });
  await expect(spawn(first, { name: 'x', family: 'chef' })).rejects.toMatchObject({
    problem: { status: 400, errors: [{ path: 'family' }] },
  });
  await isUp(first, 'added');
  await first.close();

  const second = await startHost({ agents: [] });
  const { pid } = await isUp(second, 'added');
  const stop = () => observer.request(routes.host(second.hostId), outgoing(hostStop, { name: 'added', withinMs: 500 }));
  expect((await stop()).data).toMatchObject({ ok: true });
  await isGone(pid);
  await eventually(() => expect(second.process('added')).toBeUndefined());
  await expect(stop()).rejects.toMatchObject({ problem: { status: 404 } });
  expect(readdirSync(join(folder, 'host'))).toEqual([]);
});

test('takes orders from the services only', async () => {
  const host = await startHost({ agents: [fixture('kept')] });
  const { pid } = await isUp(host, 'kept-1');
  const url = await broker.addUser('mallory', { configure: '.*', write: '.*', read: '.*' });
  const mallory = await connectBus({ url, name: 'mallory', source: '/mallory', logger });
  const spawn = {
    agentId: randomUUID() as AgentId,
    name: 'evil',
    family: 'fixture',
    tags: [],
    concurrency: null,
    env: {},
  };
  for (const order of [outgoing(hostSpawn, spawn), outgoing(hostStop, { name: 'kept-1', withinMs: 100 })]) {
    const refused = { problem: { code: 'FORBIDDEN', status: 403 } };
    await expect(mallory.request(routes.host(host.hostId), order)).rejects.toMatchObject(refused);
  }
  await mallory.close();
  expect(host.process('evil')).toBeUndefined();
  expect(host.process('kept-1')).toMatchObject({ state: 'running', pid });
});
