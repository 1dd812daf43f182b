import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, testFolder } from '@baton/testing';
import { MeshUnderTest } from './mesh-under-test';

/** The README cannot rot: what it tells a reader to copy is what runs here. */
const root = resolve(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const agentFile = 'examples/hello-agent.ts';

let dataDir: string;
let under: MeshUnderTest;

beforeAll(async () => {
  dataDir = testFolder('readme');
  under = await MeshUnderTest.start({ dataDir });
}, 180_000);
afterAll(async () => {
  await under?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

function section(title: string): string {
  const [, text = ''] = readme.split(`\n## ${title}\n`);
  return text.split('\n## ')[0] as string;
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code]) => code as string,
  );
}

/** As a reader in a fresh clone has it, but for the ports and the folder. */
function here(script: string): string {
  const { api, health, metrics } = under.mesh;
  return script
    .replaceAll('http://127.0.0.1:8003', api)
    .replaceAll('http://127.0.0.1:8000', health)
    .replaceAll('http://127.0.0.1:8001', metrics)
    .replaceAll('./.baton/', `${dataDir}/`);
}

function environment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, MESSAGE_QUEUE_URL: _broker, ...rest } = process.env;
  return { ...rest, BATON_DATA_DIR: dataDir };
}

/** Resolves with what it printed; rejects with all it said when any line fails. */
function bash(script: string): Promise<string> {
  return new Promise((done, failed) => {
    // Shorter than the tests' own time, so that a block that hangs shows what it said.
    const options = { cwd: root, env: environment(), maxBuffer: 16 * 1024 * 1024, timeout: 110_000 };
    execFile('bash', ['-e', '-o', 'pipefail', '-c', here(script)], options, (error, stdout, stderr) => {
      if (error) failed(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else done(stdout);
    });
  });
}

test('the tour works as it stands, block after block', async () => {
  const tour = blocks(section('A tour of five minutes'), 'bash');
  expect(tour.length).toBeGreaterThan(10);
  const told = await bash(tour.join('\n'));
  expect(told).toMatch(/probe-1 {2}idle {2}probe\.echo/);
  expect(told).toContain('mean: 3.875');
  expect(told).toContain('422 CAPABILITY_UNKNOWN');
  expect(told).toContain('422 INPUT_INVALID');
  expect(told).toMatch(/assigned -> completed|running -> completed/);
  expect(told).toContain('event: task.canceled');
  expect(told).toMatch(/ {2}\S+\/README\.md/);
  expect(told).toMatch(/report: 2 task\(s\)/);
  expect(told).toMatch(/agent_state\{.*\} 1/);
  expect(told).toMatch(/running -> queued {2}reassign/);
  expect(told).toMatch(/completed in attempt [2-9]/);
  expect(told).toMatch(/rules checked, 0 broken/);
}, 180_000);

describe('the agent of the README', () => {
  let agent: ChildProcess | undefined;
  afterAll(async () => {
    if (!agent?.pid || agent.exitCode !== null) return;
    const ended = once(agent, 'close');
    // The group: npm may stand between this and the agent.
    process.kill(-agent.pid, 'SIGTERM');
    await ended;
  }, 30_000);

  test('is the file, and short', () => {
    const [shown = ''] = blocks(section('Write an agent'), 'ts');
    expect(shown).toBe(readFileSync(join(root, agentFile), 'utf8'));
    const code = shown.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(code.length).toBeLessThan(15);
  });

  test('runs by the command shown and answers the task shown', async () => {
    expect(section('Write an agent')).toContain(`npm run agent -- ${agentFile}`);
    agent = spawn('npm', ['run', 'agent', '--', agentFile], {
      cwd: root,
      env: environment(),
      detached: true,
      stdio: 'ignore',
    });
    const client = under.client();
    const offered = async (): Promise<boolean> => {
      const { body } = await client.get<{ items: unknown[] }>('/api/agents?family=greeter');
      return body.items.length === 1;
    };
    await eventually(offered, { timeoutMs: 60_000 });
    const [signIn = ''] = blocks(section('A tour of five minutes'), 'bash');
    const [task = ''] = blocks(section('Write an agent'), 'sh');
    expect(await bash(`${signIn}\n${task}`)).toContain('Hello Ada');
  }, 120_000);
});
