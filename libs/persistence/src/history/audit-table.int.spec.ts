import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { statement } from '../sql';
import { ensureAuditPartitions } from './audit-partitions';

let place: TestDatabase;
let database: Database;
let names = 0;
const run = (text: string) => database.run<Record<string, unknown>>(statement(`spec-audit-${names++}`, text));

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'audit-table', connections: 1 });
});
afterAll(async () => {
  await database.close();
  await place.close();
});

const entry = (at: string) =>
  run(`insert into audit (subject, subject_id, seq, to_state, actor, at)
       values ('task', gen_random_uuid(), 1, 'queued', 'spec', ${at})`);
const partitions = async () =>
  (
    await run(`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'audit'::regclass order by 1`)
  ).map((row) => row.name as string);

test.each(['update audit set actor = $$x$$', 'delete from audit', 'truncate audit'])(
  'the database refuses: %s',
  async (text) => {
    await entry('now()');
    await expect(run(text)).rejects.toMatchObject({ code: 'BT002' });
  },
);

test('nor does a partition give way', async () => {
  for (const name of await partitions()) {
    await expect(run(`truncate ${name}`)).rejects.toMatchObject({ code: 'BT002' });
    if (name !== 'audit_rest') continue;
    await entry(`'2001-01-01'`);
    await expect(run(`delete from ${name}`)).rejects.toMatchObject({ code: 'BT002' });
  }
});

test('months get their partitions, again and again; one that has entries in the rest stays there', async () => {
  const before = await partitions();
  expect(before).toHaveLength(4);
  await ensureAuditPartitions(database);
  expect(await partitions()).toEqual(before);
  const later = `date_trunc('month', now()) + interval '4 months'`;
  await entry(later);
  await run('select ensure_audit_partitions(5)');
  expect(await partitions()).toHaveLength(6);
  await entry(`${later} + interval '1 month'`);
  const [row] = await run(`select count(*)::int as n from audit_rest where at > now()`);
  expect(row?.n).toBe(1);
});
