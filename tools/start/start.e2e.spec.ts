import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { eventually, testFolder } from '@baton/testing';
import { isAlive } from '../bootstrap/lock-file.cjs';
import { type MeshFile } from '../mesh';

const root = resolve(__dirname, '..', '..');
const folders: string[] = [];
const launched: Launched[] = [];

function newFolder(): string {
  const folder = testFolder('start');
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** One `npm start`, as a user runs it. */
class Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  out = '';
  said = '';

  constructor(environment: Record<string, string>) {
    const ports = { AGENT_ORCHESTRATOR_PORT: '0', HEALTH_PORT: '0', METRICS_PORT: '0' };
    const { MESSAGE_QUEUE_URL: _queue, DATABASE_URL: _database, ...inherited } = process.env;
    const env = { ...inherited, ...ports, ...environment };
    this.child = spawn('npm', ['start', '--silent'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.ended = new Promise((done) => this.child.once('close', done));
    launched.push(this);
  }

  async ready(): Promise<string> {
    const early = this.ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${this.said}`)));
    early.catch(() => undefined);
    const url = eventually(() => /^ready (\S+)$/m.exec(this.out)?.[1] ?? false, { timeoutMs: 240_000 });
    return (await Promise.race([url, early])) as string;
  }
}

const meshOf = (dataDir: string): MeshFile => JSON.parse(readFileSync(join(dataDir, 'mesh.json'), 'utf8')) as MeshFile;

function servicePids(dataDir: string): number[] {
  const files = ['postgres', 'rabbitmq', 'epmd'].map((name) => join(dataDir, 'run', `${name}.json`));
  return files.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid);
}

async function login(api: string, dataDir: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = readFileSync(join(dataDir, 'credentials.json'), 'utf8');
  const response = await fetch(`${api}/api/auth/token`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

async function call<T>(url: string, token: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'wait=30' };
  const response = await fetch(url, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

afterAll(async () => {
  for (const { child } of launched) child.kill('SIGTERM');
  await Promise.all(launched.map(({ ended }) => ended));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  jest.setTimeout(300_000);

  test('a wrong environment is refused with every fault named', async () => {
    const start = new Launched({ METRICS_PORT: 'x', LOG_LEVEL: 'loud', BATON_DATA_DIR: newFolder() });
    expect(await start.ended).toBe(78);
    expect(start.said).toMatch(/METRICS_PORT: [^]*LOG_LEVEL: /);
  });

  test('a given database that is not there is refused with what to do', async () => {
    const start = new Launched({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c', BATON_DATA_DIR: newFolder() });
    expect(await start.ended).toBe(78);
    expect(start.said).toMatch(/DATABASE_URL names 127\.0\.0\.1:1.*ECONNREFUSED.*correct DATABASE_URL/);
  });

  test('work goes through, SIGTERM ends everything, the next start finds the data, kill -9 leaves nothing', async () => {
    const dataDir = newFolder();
    const first = new Launched({ BATON_DATA_DIR: dataDir });
    const api = await first.ready();
    expect(first.out).toContain(`${api}/api/docs`);
    expect(statSync(join(dataDir, 'credentials.json')).mode & 0o777).toBe(0o600);
    const mesh = meshOf(dataDir);
    expect(mesh.api).toBe(api);
    expect(mesh.processes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['registry', 'orchestrator-1', 'host']),
    );

    const token = await login(api, dataDir);
    const task = await call<{ id: string; state: string }>(`${api}/api/tasks`, token, {
      capability: 'probe.echo',
      input: { a: 1 },
    });
    expect(task.state).toBe('completed');

    const second = new Launched({ BATON_DATA_DIR: dataDir });
    expect(await second.ended).toBe(78);
    expect(second.said).toContain(`is in use by process ${mesh.pid}`);

    const pids = [...meshOf(dataDir).processes.map(({ pid }) => pid), ...servicePids(dataDir), mesh.pid];
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    await eventually(() => expect(pids.filter((pid) => isAlive(pid))).toEqual([]), { timeoutMs: 20_000 });
    expect(existsSync(join(dataDir, 'mesh.json'))).toBe(false);

    const again = new Launched({ BATON_DATA_DIR: dataDir });
    const newApi = await again.ready();
    const found = await call<{ state: string }>(`${newApi}/api/tasks/${task.id}`, await login(newApi, dataDir));
    expect(found.state).toBe('completed');
    await eventually(() => expect(meshOf(dataDir).processes.length).toBeGreaterThan(3), { timeoutMs: 30_000 });
    const killed = meshOf(dataDir);
    const left = [...killed.processes.map(({ pid }) => pid), ...servicePids(dataDir)];
    process.kill(killed.pid, 'SIGKILL');
    await eventually(() => expect(left.filter((pid) => isAlive(pid))).toEqual([]), { timeoutMs: 60_000 });
  });

  test('a port in use is named, and nothing stays behind', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address() as AddressInfo;
    const dataDir = newFolder();
    const start = new Launched({ AGENT_ORCHESTRATOR_PORT: String(port), BATON_DATA_DIR: dataDir });
    expect(await start.ended).toBe(78);
    expect(start.said).toContain(String(port));
    expect(existsSync(join(dataDir, 'run', 'postgres.json'))).toBe(false);
    taken.close();
  });
});
