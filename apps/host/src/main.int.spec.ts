import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, testBroker, type TestBroker } from '@baton/testing';

jest.setTimeout(40_000);

/** It lives as long as its host. */
const FIXTURE = `
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready' });
setInterval(() => undefined, 1000);
`;
let broker: TestBroker;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  broker = await testBroker();
  folder = mkdtempSync(join(tmpdir(), 'host-'));
  mkdirSync(join(folder, 'apps', 'fixture-agent'), { recursive: true });
  writeFileSync(join(folder, 'apps', 'fixture-agent', 'main.js'), FIXTURE);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await broker.close();
});

const environment = (deployment: object): Record<string, string> => {
  writeFileSync(join(folder, 'deployment.yaml'), JSON.stringify(deployment));
  return {
    MESSAGE_QUEUE_URL: broker.url,
    BATON_DEPLOYMENT: join(folder, 'deployment.yaml'),
    BATON_DATA_DIR: folder,
    BATON_APPS_DIR: join(folder, 'apps'),
    BATON_DRAIN_MS: '200',
    PATH: process.env.PATH ?? '',
  };
};
const fixture = (name: string): object => ({ name, family: 'fixture' });
const isGone = (pid: number): Promise<unknown> => eventually(() => expect(() => process.kill(pid, 0)).toThrow());

function launch(deployment: object): ChildProcess {
  const child = fork(join(__dirname, 'main.ts'), [], {
    execArgv: ['-r', '@swc-node/register'],
    env: { ...environment(deployment), HOME: process.env.HOME ?? '', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  return child;
}
const messagesOf = (child: ChildProcess): Record<string, unknown>[] => {
  const messages: Record<string, unknown>[] = [];
  child.on('message', (message) => messages.push(message as Record<string, unknown>));
  return messages;
};
const agentPid = (messages: Record<string, unknown>[]): Promise<number> =>
  eventually(
    () => {
      const agents = messages.filter((one) => one.type === 'agents').at(-1);
      const [first] = (agents?.processes ?? []) as { readonly name: string; readonly pid: number }[];
      expect(first).toMatchObject({ name: 'left-1' });
      return (first as { pid: number }).pid;
    },
    { timeoutMs: 20_000 },
  );

test('says when it is ready and which processes it has, and answers for its health', async () => {
  const messages = messagesOf(launch({ agents: [fixture('left')] }));
  await agentPid(messages);
  const ready = await eventually(() => {
    const found = messages.find((one) => one.type === 'ready');
    expect(found).toBeDefined();
    return found as { readonly health: string };
  });
  const response = await fetch(`${ready.health}/healthz`);
  expect(response.status).toBe(200);
});

test('killed, it leaves no agent behind', async () => {
  const child = launch({ agents: [fixture('left')] });
  const pid = await agentPid(messagesOf(child));
  child.kill('SIGKILL');
  await isGone(pid);
});

test('on SIGTERM it ends its agents and exits 0', async () => {
  const child = launch({ agents: [fixture('left')] });
  const messages = messagesOf(child);
  const pid = await agentPid(messages);
  await eventually(() => expect(messages).toContainEqual(expect.objectContaining({ type: 'ready' })));
  const code = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await code).toBe(0);
  await isGone(pid);
});

test('a wrong deployment ends it with 78 and every fault', async () => {
  const child = launch({
    agents: [
      { name: 'a', family: 'chef' },
      { name: 'B', family: 'fixture' },
    ],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(78);
  expect(errors).toMatch(/deployment\.yaml:1: agents\[1\]\.name/);
});
