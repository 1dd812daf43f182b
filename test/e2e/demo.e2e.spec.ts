import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testFolder } from '@baton/testing';
import { readMeshFile } from '../../tools/mesh';

const root = resolve(__dirname, '../..');

/** Runs the demo as a user does, on a data folder of its own. */
async function demo(dataDir: string, environment: Record<string, string>, ...args: string[]) {
  const { MESSAGE_QUEUE_URL: _broker, DATABASE_URL: _database, ...inherited } = process.env;
  const child = spawn(process.execPath, ['tools/bootstrap/run.cjs', 'tools/demo/main.ts', ...args], {
    cwd: root,
    env: { ...inherited, BATON_DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.error += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...written };
}

describe('npm run demo', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = testFolder('demo');
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  test('answers from the real documents, writes both reports, shows progress and leaves no mesh behind', async () => {
    const ran = await demo(dataDir, {}, '--json');
    expect({ code: ran.code, error: ran.code === 0 ? '' : ran.error }).toEqual({ code: 0, error: '' });
    const answer = JSON.parse(ran.out) as {
      documents: number;
      hits: { id: string }[];
      anomalies: { found: number }[];
      reports: string[];
    };
    expect(answer.documents).toBeGreaterThan(300);
    expect(answer.hits[0]).toMatchObject({ id: 'amqplib/README.md' });
    expect(answer.anomalies).toHaveLength(3);
    expect(answer.anomalies[0]!.found).toBeGreaterThan(0);
    expect(answer.reports).toEqual([join(dataDir, 'demo/report.html'), join(dataDir, 'demo/report.md')]);
    expect(readFileSync(answer.reports[0]!, 'utf8')).toMatch(/<svg[^]*amqplib/);
    expect(readFileSync(answer.reports[1]!, 'utf8')).toMatch(/^# What the dependencies say/);
    expect(ran.error).toMatch(/completed: 100 %/);
    expect(readMeshFile(dataDir)).toBeUndefined();
  }, 300_000);

  test('a step that fails ends it with the reason and what to do', async () => {
    const ran = await demo(dataDir, { RESEARCH_ALLOWED_PATHS: dataDir });
    expect(ran.code).toBe(1);
    expect(ran.error).toMatch(/step index: PATH_NOT_ALLOWED .*RESEARCH_ALLOWED_PATHS/);
    expect(readMeshFile(dataDir)).toBeUndefined();
  }, 300_000);

  test('an unknown argument is refused with the usage, and nothing is started', async () => {
    const ran = await demo(dataDir, {}, '--jsn');
    expect(ran.code).toBe(1);
    expect(ran.error).toMatch(/--jsn.*Use: npm run demo/);
    expect(ran.error).not.toMatch(/starting/);
  }, 60_000);
});
