import { Database, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { MeshUnderTest } from '../mesh-under-test';
import { SteadyLoad } from '../steady-load';

/** I3 with real processes: the database itself notes who writes. */
const TAKEN_OVER_WITHIN_MS = 10_000;
const work = (index: number): object => ({ capability: 'probe.sleep', input: { ms: 10 + (index % 5) * 10 } });

/** Every entry of the audit that a brain makes leaves the name of the connection that made it. */
const NOTE = [
  `create table baton.spec_writers (app text not null)`,
  `create function baton.spec_note() returns trigger language plpgsql as $$ begin
     insert into baton.spec_writers select current_setting('application_name')
      where exists (select 1 from fresh where actor = 'orchestrator' or (subject = 'task' and actor like 'agent:%'));
     return null; end $$`,
  `create trigger spec_writers after insert on baton.audit referencing new table as fresh
     for each statement execute function baton.spec_note()`,
];
const WRITERS = statement(
  'spec-writers',
  `select app, count(*)::int as entries from baton.spec_writers where app like 'orchestrator%' group by app order by app`,
);

let under: MeshUnderTest;
let database: Database;
const frozen = new Set<number>();

beforeAll(async () => {
  under = await MeshUnderTest.start({ orchestrators: 2 });
  database = new Database({ url: under.mesh.services.databaseUrl, name: 'spec', connections: 1 });
  for (const [index, text] of NOTE.entries()) await database.run(statement(`spec-note-${index}`, text));
}, 180_000);
afterAll(async () => {
  for (const pid of frozen) process.kill(pid, 'SIGCONT');
  await database?.close();
  await under?.stop();
}, 60_000);

async function entries(): Promise<Map<string, number>> {
  const rows = await database.run<{ app: string; entries: number }>(WRITERS);
  return new Map(rows.map(({ app, entries: count }) => [app, count]));
}

test('a brain that is stopped for a while writes nothing after another has taken over, and every task is done once', async () => {
  const brain = await eventually(() => under.brain(), { timeoutMs: 20_000 });
  const other = under.client(1 - brain);
  const load = SteadyLoad.start('frozen', () => other, work);
  await load.flows(50);
  const [old] = (await eventually(
    async () => {
      const found = [...(await entries()).keys()];
      return found.length === 1 && found;
    },
    { timeoutMs: 20_000 },
  )) as string[];

  const pid = under.pid(under.mesh.orchestrators[brain]?.name as string);
  frozen.add(pid);
  process.kill(pid, 'SIGSTOP');
  await eventually(() => under.brainAt(1 - brain), { timeoutMs: TAKEN_OVER_WITHIN_MS, everyMs: 20 });
  const written = (await entries()).get(old as string);
  expect(written).toBeGreaterThan(0);
  const [dispatched] = await other.submitMany(1, work);
  await other.ended([dispatched as string], TAKEN_OVER_WITHIN_MS);

  process.kill(pid, 'SIGCONT');
  frozen.delete(pid);
  await eventually(async () => expect(await under.brainAt(brain)).toBe(false), { timeoutMs: 30_000 });
  await load.flows(100);
  const tasks = await other.ended(await load.stop(), 60_000);
  expect(tasks.filter((task) => task.state !== 'completed')).toEqual([]);
  const all = await entries();
  expect(all.get(old as string)).toBe(written);
  expect(all.size).toBe(2);
  await under.expectInvariants();
}, 150_000);
