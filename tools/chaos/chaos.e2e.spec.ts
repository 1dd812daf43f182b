import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testFolder } from '@baton/testing';
import { type ChaosReport } from './report/chaos-report';

const root = resolve(__dirname, '..', '..');
const kinds = ['agent-kill', 'agent-freeze', 'brain-kill', 'broker-kill', 'database-kill', 'receiver-failure'];

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** `npm run chaos`, as a user runs it. */
function chaos(args: readonly string[]): Promise<Ended> {
  const { MESSAGE_QUEUE_URL: _queue, DATABASE_URL: _database, ...env } = process.env;
  const child = spawn('npm', ['run', '--silent', 'chaos', '--', ...args], { cwd: root, env });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, out, said })));
}

/** Processes that were started with this folder in their arguments or environment. */
function processesOf(folder: string): string[] {
  const told = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // it ended meanwhile
    }
  };
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => told(pid, 'cmdline').includes(folder) || told(pid, 'environ').includes(folder));
}

test('a short run: every fault comes, nothing is lost, nothing stays behind', async () => {
  const folder = testFolder('chaos');
  const file = join(folder, 'report.json');
  const run = await chaos([
    '--seed',
    '11',
    '--minutes',
    '1',
    '--rate',
    '20',
    '--faults',
    kinds.join(','),
    '--json',
    file,
  ]);
  process.stderr.write(`${run.out}\n`);
  expect(run).toMatchObject({ code: 0, out: expect.stringContaining('passed: nothing lost') as string });

  const report = JSON.parse(readFileSync(file, 'utf8')) as ChaosReport;
  expect(new Set(report.schedule.map(({ kind }) => kind))).toEqual(new Set(kinds));
  expect(report).toMatchObject({ passed: true, faults: [], seed: 11 });
  expect(report.load.accepted + report.load.acceptedLater).toBeGreaterThan(500);
  const measures = report.recovery.filter(({ samples }) => samples > 0).map(({ measure }) => measure);
  expect(measures).toEqual(
    expect.arrayContaining(['agent killed', 'brain killed', 'broker up again', 'webhook receiver up again']),
  );

  const data = /data and logs in (\S+)/.exec(run.said)?.[1] as string;
  expect(processesOf(data)).toEqual([]);
  expect(existsSync(data)).toBe(false);
  rmSync(folder, { recursive: true });
}, 400_000);

test('a fault that does not exist is refused at once, with those that do', async () => {
  const { code, said } = await chaos(['--faults', 'coffee']);
  expect(code).toBe(78);
  expect(said).toContain('there is no "coffee"; there are agent-kill, agent-freeze');
}, 60_000);
