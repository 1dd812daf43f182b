import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from '@baton/testing';
import { isAlive } from '../bootstrap/lock-file.cjs';
import { Guardian } from '../services';
import { fixturePlan } from './fixtures/fixture-plan';
import { MeshProcess } from './mesh-process';

const guardian = new Guardian();
let folder: string;
let shown: string[];
let running: MeshProcess | undefined;

function make(behaviour: string): MeshProcess {
  running = new MeshProcess(fixturePlan(behaviour, folder), guardian, (line) => shown.push(line));
  return running;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-process-'));
  shown = [];
});
afterEach(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});
afterAll(() => guardian.close());

test('it is ready with its addresses, logs to its file, and shows its warnings', async () => {
  const process_ = make('');
  const agents = once(process_, 'agents');
  await process_.start();
  expect(process_.ready).toMatchObject({ api: 'http://127.0.0.1:1' });
  expect(await agents).toEqual([[{ name: 'probe-1', pid: process_.pid }]]);
  await eventually(() => expect(shown).toEqual(['fixture: warn: slow disk (SLOW)']));
  expect(readFileSync(join(folder, 'logs', 'fixture.log'), 'utf8')).toContain('"msg":"ready"');
});

test('killed, it is started again with a new pid; stopped, it stays down', async () => {
  const process_ = make('');
  await process_.start();
  const first = process_.pid;
  await process_.kill('SIGKILL');
  await eventually(() => expect(process_.pid ?? first).not.toBe(first));
  expect(shown).toContain('fixture ended (SIGKILL), starting it again in 250 ms');
  const second = process_.pid ?? 0;
  await process_.stop();
  expect([process_.pid, isAlive(second)]).toEqual([undefined, false]);
});

test('one that ignores SIGTERM is ended by force', async () => {
  const process_ = make('deaf');
  await process_.start();
  const pid = process_.pid ?? 0;
  await process_.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a configuration error fails the start with what it says and exit code 78, a crash with its reason', async () => {
  await expect(make('misconfigured').start()).rejects.toMatchObject({
    exitCode: 78,
    message: expect.stringContaining('PORT: is not a number') as string,
  });
  await expect(make('broken').start()).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('cannot start: no disk') as string,
  });
  expect(running?.pid).toBeUndefined();
});

describe('when the launcher is killed', () => {
  let launcher: ChildProcess | undefined;
  afterEach(() => launcher?.kill('SIGKILL'));

  test('even a process that does not care is gone, after its time to drain', async () => {
    const args = ['-r', '@swc-node/register', 'tools/mesh/fixtures/launcher.ts', 'deaf', folder];
    launcher = spawn(process.execPath, args, {
      cwd: resolve(__dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    launcher.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const pid = await eventually(() => Number(/pid (\d+)/.exec(out)?.[1] ?? fail()), { timeoutMs: 30_000 });
    launcher.kill('SIGKILL');
    await eventually(() => !isAlive(pid), { timeoutMs: 40_000 });
  }, 90_000);
});

function fail(): never {
  throw new Error('no pid yet');
}
