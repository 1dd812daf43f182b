import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { eventually, testBroker, type TestBroker } from '@baton/testing';
import { assignment, MeshStandIn, newAgentId } from './mesh-stand-in';

/** The probe agent as a real process, started as a host starts it: with an IPC channel. */
const root = resolve(__dirname, '..', '..', '..');
/** Starts the agent as a host does, its output in a pipe of this process, and lives until it is killed. */
const parentScript = `
  const agent = require('node:child_process').spawn(
    process.execPath, ['-r', '@swc-node/register', 'apps/probe-agent/src/main.ts'],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  agent.stdout.resume();
  agent.stderr.resume();`;
let broker: TestBroker;
let mesh: MeshStandIn;
let agentId: string;
const children: ChildProcess[] = [];

function run(environment: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
  const entry = resolve(root, 'apps', 'probe-agent', 'src', 'main.ts');
  const own = {
    MESSAGE_QUEUE_URL: broker.url,
    BATON_AGENT_ID: agentId,
    BATON_AGENT_NAME: 'probe-1',
    LOG_LEVEL: 'info',
  };
  const child = spawn(process.execPath, ['-r', '@swc-node/register', entry], {
    cwd: root,
    env: { PATH: process.env.PATH, ...own, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

async function exitOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}

beforeEach(async () => {
  broker = await testBroker();
  mesh = await MeshStandIn.open(broker.url);
  agentId = newAgentId();
  await Promise.all([mesh.openRegistry(), mesh.openResults()]);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await mesh.bus.close();
  await broker.close();
});

test('it tells its parent when it is ready, does what probes do, and on SIGTERM ends what it has begun', async () => {
  const { child } = run();
  const [ready] = (await once(child, 'message')) as [unknown];
  expect(ready).toEqual({ type: 'ready', agentId, name: 'probe-1', family: 'probe' });

  const echo = assignment('probe.echo', { deep: ['value', null] });
  const failing = assignment('probe.fail', { failures: 1, message: 'as asked' });
  const second = assignment('probe.fail', { failures: 1 }, { attempt: 2 });
  const wrong = assignment('probe.sleep', { ms: 'long' });
  const crashed = assignment('probe.crash', { crashes: 1 }, { attempt: 2 });
  await mesh.assign(agentId, echo, failing, second, wrong, crashed);
  await eventually(() => expect(mesh.results).toHaveLength(5));
  expect(mesh.resultOf(echo).output).toEqual({ echo: { deep: ['value', null] } });
  expect(mesh.resultOf(failing).error).toEqual({ code: 'PROBE_FAILED', message: 'as asked', retryable: true });
  expect(mesh.resultOf(second).output).toEqual({ attempt: 2 });
  expect(mesh.resultOf(wrong).error).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
  expect(mesh.resultOf(crashed).output).toEqual({ attempt: 2 });

  const sleep = assignment('probe.sleep', { ms: 400 });
  await mesh.assign(agentId, sleep);
  await eventually(() => expect(mesh.progress.map((one) => one.token)).toContain(sleep.token));
  child.kill('SIGTERM');
  expect(await exitOf(child)).toEqual([0, null]);
  expect((await eventually(() => mesh.resultOf(sleep))).outcome).toBe('completed');
  await eventually(() => expect(mesh.farewells).toEqual([agentId]));
}, 60_000);

test('when its parent is gone it hands back what it cannot end, and leaves', async () => {
  const { child } = run({ BATON_DRAIN_MS: '200' });
  await once(child, 'message');
  const sleep = assignment('probe.sleep', { ms: 60_000 });
  await mesh.assign(agentId, sleep);
  await eventually(() => expect(mesh.progress).not.toHaveLength(0));
  child.disconnect();
  expect(await exitOf(child)).toEqual([0, null]);
  expect(await eventually(() => mesh.resultOf(sleep))).toMatchObject({
    outcome: 'rejected',
    error: { code: 'AGENT_DRAINING', retryable: true },
  });
}, 60_000);

test('kill -9 of its parent: it hands back and leaves, although its output has nobody to read it', async () => {
  const parent = spawn(process.execPath, ['-e', parentScript], {
    cwd: root,
    env: { PATH: process.env.PATH, MESSAGE_QUEUE_URL: broker.url, BATON_AGENT_ID: agentId, BATON_DRAIN_MS: '200' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(parent);
  await eventually(() => expect(mesh.registrations).toHaveLength(1), { timeoutMs: 20_000 });
  const pid = mesh.registrations[0]?.pid ?? 0;
  const sleep = assignment('probe.sleep', { ms: 60_000 });
  await mesh.assign(agentId, sleep);
  await eventually(() => expect(mesh.progress).not.toHaveLength(0));
  parent.kill('SIGKILL');
  expect((await eventually(() => mesh.resultOf(sleep))).error?.code).toBe('AGENT_DRAINING');
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
}, 60_000);

test('told to drain it exits by itself', async () => {
  const { child } = run();
  await once(child, 'message');
  await mesh.drain(agentId, 1000);
  expect(await exitOf(child)).toEqual([0, null]);
  await eventually(() => expect(mesh.farewells).toEqual([agentId]));
}, 60_000);

test('a canceled sleep ends at once; a crash is a crash, and its inbox is gone with it', async () => {
  const { child } = run();
  await once(child, 'message');
  const sleep = assignment('probe.sleep', { ms: 60_000 });
  await mesh.assign(agentId, sleep);
  await mesh.cancel(agentId, sleep, 'enough');
  expect((await eventually(() => mesh.resultOf(sleep))).outcome).toBe('canceled');
  await mesh.assign(agentId, assignment('probe.crash', { crashes: 1 }));
  expect(await exitOf(child)).toEqual([null, 'SIGKILL']);
  await eventually(async () => expect(await mesh.assign(agentId, sleep)).toBe('unroutable'));
}, 60_000);

test('a wrong environment exits 78 and names every fault', async () => {
  const { child, output } = run({ BATON_AGENT_CONCURRENCY: 'many', HEALTH_PORT: '70000' });
  expect(await exitOf(child)).toEqual([78, null]);
  for (const name of ['BATON_AGENT_CONCURRENCY', 'HEALTH_PORT']) expect(output()).toContain(name);
}, 60_000);

test('no broker: it says where it looked and what to do, without the password, and exits 1', async () => {
  const { child, output } = run({ MESSAGE_QUEUE_URL: 'amqp://guest:hidden@127.0.0.1:1/' });
  expect(await exitOf(child)).toEqual([1, null]);
  expect(output()).toContain('127.0.0.1:1');
  expect(output()).not.toContain('hidden');
}, 60_000);
