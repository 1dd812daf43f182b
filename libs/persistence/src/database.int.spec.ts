import { eventually, testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from './database';
import { statement } from './sql';

let place: TestDatabase;
let database: Database;
let other: Database;

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'spec', connections: 1 });
  other = new Database({ url: place.url, name: 'spec-other', connections: 1 });
});
afterAll(async () => {
  await Promise.all([database.close(), other.close()]);
  await place.close();
});

const own = statement('spec-own', 'select pg_backend_pid() as pid');
const end = statement('spec-end', 'select pg_terminate_backend($1)');
const left = statement('spec-left', 'select count(*)::int as count from pg_stat_activity where pid = $1');

test('a connection that ends between two statements of a transaction fails it, not the process', async () => {
  const work = database.transaction(async (sql) => {
    const [row] = await sql.run<{ pid: number }>(own);
    await other.run(end, [row?.pid]);
    await eventually(async () => expect(await other.run(left, [row?.pid])).toEqual([{ count: 0 }]));
    await sql.run(own);
  });
  await expect(work).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await expect(database.transaction((sql) => sql.run(own))).resolves.toHaveLength(1);
});
