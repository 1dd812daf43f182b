import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Problem, type Task } from '@baton/contracts';
import { Database, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { type Answered, BusAsker } from '../../apps/orchestrator/test/bus-asker';
import { MeshUnderTest } from './mesh-under-test';

/** I8: the database stands still while much more arrives than there is room for, by both doors. */
const SUBMISSIONS = 2000;
const LANES = 600;
const text = 'x'.repeat(200_000);
/** MiB the process may come to: what it needs anyway, the room for bodies, and what a body takes besides itself. */
const MOST_RSS = 550;
const LOCK = statement('e2e-overload-lock', 'lock table tasks in access exclusive mode');
/** A transaction that does nothing for some seconds is ended elsewhere. */
const STAY = statement('e2e-overload-stay', 'set local idle_in_transaction_session_timeout = 0');
const FOUND = statement('e2e-overload', 'select count(*)::int as n from tasks where id = any($1::uuid[])');

interface Outcome {
  readonly id?: string;
  readonly problem?: Problem;
  readonly retryAfter?: number;
}

let under: MeshUnderTest;
let database: Database;
let asker: BusAsker;
beforeAll(async () => {
  under = await MeshUnderTest.start();
  database = new Database({ url: under.mesh.services.databaseUrl, name: 'e2e-overload', connections: 2 });
  asker = await BusAsker.open(under.mesh.services.messageQueueUrl, `Bearer ${await under.mesh.token()}`);
}, 240_000);
afterAll(async () => {
  await asker?.close();
  await database?.close();
  await under?.stop();
}, 60_000);

const task = (): object => ({ capability: 'probe.echo', input: { text }, tags: ['nobody-has-this'] });

async function overHttp(): Promise<Outcome> {
  const { status, headers, body } = await under.client().call('POST', '/api/tasks', task());
  if (status === 201) return { id: (body as unknown as Task).id };
  return { problem: body as unknown as Problem, retryAfter: Number(headers.get('retry-after')) };
}

async function overBus(): Promise<Outcome> {
  const answer: Answered = await asker.ask('io.baton.tasks.submit.v1', task(), { id: randomUUID() });
  if (answer.type === 'io.baton.tasks.submitted.v1') return { id: String(answer.data.id) };
  const problem = BusAsker.problem(answer);
  return { problem, retryAfter: Number(problem.retryAfterSeconds) };
}

/** Many at once, each lane by one door; `outcomes` fills as the answers come. */
function flood(outcomes: Outcome[]): Promise<unknown> {
  let left = SUBMISSIONS;
  const lane = async (submit: () => Promise<Outcome>): Promise<void> => {
    while (left-- > 0) outcomes.push(await submit());
  };
  return Promise.all(Array.from({ length: LANES }, (_, index) => lane(index % 2 === 0 ? overHttp : overBus)));
}

/** The most the process ever had in memory, in MiB. */
function peakRss(): number {
  const status = readFileSync(`/proc/${under.pid('orchestrator-1')}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test('I8 beyond its room it refuses with a time to come back, keeps what it accepted, and goes on', async () => {
  const before = peakRss();
  const outcomes: Outcome[] = [];
  let flooding: Promise<unknown> = Promise.resolve();
  await database.transaction(async (sql) => {
    await sql.run(STAY);
    await sql.run(LOCK);
    flooding = flood(outcomes);
    // All but those that found room are answered while nothing can be stored.
    await eventually(() => outcomes.length > SUBMISSIONS - LANES, { timeoutMs: 90_000 });
    expect(outcomes.filter(({ id }) => id !== undefined)).toEqual([]);
  });
  await flooding;
  process.stderr.write(`at most ${Math.round(peakRss())} MiB, ${Math.round(before)} before\n`);
  expect(peakRss()).toBeLessThan(MOST_RSS);

  const refused = outcomes.filter(({ problem }) => problem);
  expect(refused.filter(({ problem }) => problem?.code !== 'OVERLOADED' || problem.status !== 429)).toEqual([]);
  expect(refused.filter(({ retryAfter = 0 }) => !(retryAfter > 0))).toEqual([]);
  const accepted = outcomes.flatMap(({ id }) => id ?? []);
  expect(accepted.length).toBeGreaterThan(100);
  expect(await database.run<{ n: number }>(FOUND, [accepted])).toEqual([{ n: accepted.length }]);

  const [next] = await under.client().submitMany(1, () => ({ capability: 'probe.echo', input: 1 }));
  expect(await under.client().ended([next as string], 30_000)).toMatchObject([{ state: 'completed' }]);
  expect((await overBus()).id).toBeDefined();
}, 180_000);
