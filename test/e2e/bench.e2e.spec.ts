import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testFolder } from '@baton/testing';
import { type Report } from '../../tools/bench/report';

const root = resolve(__dirname, '../..');

/** Runs the bench as a user does; what it keeps while it runs is kept under the folder. */
function bench(folder: string, ...args: string[]) {
  const { MESSAGE_QUEUE_URL: _broker, DATABASE_URL: _database, ...inherited } = process.env;
  const child = spawn(process.execPath, ['tools/bootstrap/run.cjs', 'tools/bench/main.ts', ...args], {
    cwd: root,
    env: { ...inherited, TMPDIR: join(folder, 'tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.error += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...written }));
  return { child, written, ended };
}

/** Processes whose command line or environment names the folder. */
function processesOf(folder: string): string[] {
  const naming = (pid: string): boolean => {
    try {
      return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(folder));
    } catch {
      return false; // it has ended meanwhile
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && naming(name));
}

/** What is left of the meshes; the compiler of the tools keeps its cache beside them. */
function keptIn(folder: string): string[] {
  return readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('baton-'));
}

function figure({ series }: Report, scenario: string, metric: string): Report['series'][number] {
  const found = series.find((one) => one.scenario === scenario && one.metric === metric);
  if (!found) throw new Error(`There is no figure ${scenario} ${metric}`);
  return found;
}

describe('npm run bench', () => {
  let folder: string;
  beforeAll(() => {
    folder = testFolder('bench-test');
    mkdirSync(join(folder, 'tmp'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('measures batches beside the limit of the database, tells where the CPU goes, and leaves nothing behind', async () => {
    const file = join(folder, 'report.json');
    const ran = await bench(folder, 'batches', 'limit-db', '--quick', '--json', file).ended;
    expect({ code: ran.code, error: ran.code === 0 ? '' : ran.error }).toEqual({ code: 0, error: '' });
    expect(ran.out).toMatch(/^batches throughput .*tasks\/s/m);
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    expect(figure(report, 'batches', 'throughput')).toMatchObject({
      values: [expect.any(Number)],
      unit: 'tasks/s',
      limit: { name: 'limit-db four connections', ratio: expect.any(Number) },
    });
    const rate = figure(report, 'batches', 'throughput').median;
    expect(rate).toBeGreaterThan(10);
    // The last result cannot be there before the last submission.
    expect(rate).toBeLessThanOrEqual(figure(report, 'batches', 'submitted').median);
    const roles = ['database', 'broker', 'orchestrator', 'agent', 'load'];
    expect(Object.keys(report.cpu.batches as object)).toEqual(expect.arrayContaining(roles));
    expect(report.cpu.batches).toMatchObject({ database: expect.any(Number) });
    expect(report.machine.versions).toMatchObject({ PostgreSQL: expect.any(String), RabbitMQ: expect.any(String) });
    expect(keptIn(folder)).toEqual([]);
    expect(processesOf(join(folder, 'tmp'))).toEqual([]);
  }, 300_000);

  test('a signal in the middle, even twice, ends it with nothing left behind', async () => {
    const { child, written, ended } = bench(folder, 'singles');
    while (!written.error.includes('warming up singles')) await once(child.stderr, 'data');
    child.kill('SIGTERM');
    while (!written.error.includes('stopping')) await once(child.stderr, 'data');
    child.kill('SIGTERM');
    const { code, error } = await ended;
    expect({ code, told: error.includes('stopped by a signal') }).toEqual({ code: 1, told: true });
    expect(keptIn(folder)).toEqual([]);
    expect(processesOf(join(folder, 'tmp'))).toEqual([]);
  }, 300_000);

  test('an unknown scenario is refused with the known ones, and nothing is started', async () => {
    const { code, error } = await bench(folder, 'bathces').ended;
    expect(code).toBe(78);
    expect(error).toMatch(/no scenario bathces. There are: batches, singles/);
    expect(error).not.toMatch(/starting/);
  }, 60_000);
});
