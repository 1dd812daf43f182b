import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type AgentId } from '@baton/contracts';
import { Database, loadPresentAgents, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { Crowd } from '../../tools/bench/stage/crowd';
import { parseProcessTicks } from '../../tools/bench/stage/cpu-clock';
import { MeshUnderTest } from './mesh-under-test';

/** 1,000 agents through the SDK. The figures themselves are those of `npm run bench -- agents`, on a quiet machine. */
const PROCESSES = 10;
const AGENTS_EACH = 100;
const ALL = PROCESSES * AGENTS_EACH;
const MEASURE_MS = 20_000;
/** Machines are shared while tests run: well above what is promised, well below what would be wrong. */
const MOST_REGISTRATION_MS = 90_000;
const MOST_PERCENT = 60;

const INCARNATIONS = statement(
  'e2e-crowd-registrations',
  `select count(*)::int as n from agents where family = 'crowd'`,
);
const LOST = statement(
  'e2e-crowd-lost',
  `select count(*)::int as n from agents where family = 'crowd' and state = 'terminated'`,
);

let under: MeshUnderTest;
let crowd: Crowd;
let database: Database;

beforeAll(async () => {
  under = await MeshUnderTest.start({ deployment: false, environment: { MAX_AGENTS: '2000', LOG_LEVEL: 'warn' } });
  database = new Database({ url: under.mesh.services.databaseUrl, name: 'e2e-crowd', connections: 1 });
  const environment = { MESSAGE_QUEUE_URL: under.mesh.services.messageQueueUrl };
  crowd = await Crowd.prepare({ processes: PROCESSES, agentsEach: AGENTS_EACH }, environment);
}, 240_000);
afterAll(async () => {
  await crowd?.close();
  await database?.close();
  await under?.stop();
}, 60_000);

async function present(): Promise<AgentId[]> {
  return (await loadPresentAgents(database)).map(({ agentId }) => agentId);
}
async function count(query: typeof LOST): Promise<number> {
  return (await database.run<{ n: number }>(query))[0]?.n ?? 0;
}
/** Seconds of CPU that registry and orchestrator have used. */
function cpuSeconds(): number {
  const pids = ['registry', 'orchestrator-1'].map((name) => under.pid(name));
  return pids.reduce((sum, pid) => sum + parseProcessTicks(readFileSync(`/proc/${pid}/stat`, 'utf8')).own / 100, 0);
}
const work = (index: number): object => ({ capability: 'crowd.echo', input: index });

test('they all register, and beat for little', async () => {
  const registrationMs = await crowd.register();
  expect(await present()).toHaveLength(ALL);
  await pause(5000); // the first saves of presence
  const [cpu, since] = [cpuSeconds(), performance.now()];
  await pause(MEASURE_MS);
  const percent = ((cpuSeconds() - cpu) / ((performance.now() - since) / 1000)) * 100;
  const told = `${Math.round(registrationMs)} ms to register, heartbeats take ${percent.toFixed(1)} % of a core`;
  process.stderr.write(`${told}\n`);
  expect(registrationMs).toBeLessThan(MOST_REGISTRATION_MS);
  expect(percent).toBeLessThan(MOST_PERCENT);
  expect(await present()).toHaveLength(ALL);
}, 180_000);

test('they work', async () => {
  const ids = await under.client().submitMany(2000, work);
  const tasks = await under.client().ended(ids);
  expect(tasks.filter(({ state }) => state !== 'completed')).toEqual([]);
}, 120_000);

test('a hundred die at once: each is told lost, and their work goes to others', async () => {
  const ids = await under.client().submitMany(500, work);
  await crowd.kill(0);
  const tasks = await under.client().ended(ids);
  expect(tasks.filter(({ state }) => state !== 'completed')).toEqual([]);
  await eventually(async () => (await count(LOST)) === AGENTS_EACH, { timeoutMs: 60_000, everyMs: 200 });
  expect(await present()).toHaveLength(ALL - AGENTS_EACH);
}, 180_000);

test('after a restart of the broker all come back as who they were', async () => {
  const before = new Set(await present());
  const registrations = await count(INCARNATIONS);
  await under.mesh.services.broker?.kill();
  await under.mesh.services.broker?.start();
  const ids = await under.client().submitMany(500, work);
  const tasks = await under.client().ended(ids, 120_000);
  expect(tasks.filter(({ state }) => state !== 'completed')).toEqual([]);
  await eventually(async () => (await present()).filter((id) => before.has(id)).length === before.size, {
    timeoutMs: 60_000,
    everyMs: 500,
  });
  expect(await count(INCARNATIONS)).toBe(registrations);
  await under.expectInvariants();
}, 240_000);
