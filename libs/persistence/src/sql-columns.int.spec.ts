import { type TestDatabase, testDatabase } from '@baton/testing';
import fc from 'fast-check';
import { Database } from './database';
import { statement } from './sql';
import { plainColumn, textColumn, timeColumn } from './sql-columns';

let database: Database;
let own: TestDatabase;
beforeAll(async () => {
  own = await testDatabase();
  database = new Database({ url: own.url, name: 'columns', connections: 1 });
});
afterAll(async () => {
  await database.close();
  await own.close();
});

const ECHO = statement(
  'columns-echo',
  `select t, n, at from unnest($1::text[], $2::int8[], $3::timestamptz[]) as x (t, n, at)`,
);

test('whatever the texts, numbers and times: what PostgreSQL reads is what was given', async () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('"', '\\', ',', '{', '}', ' ', 'NULL', 'a', 'ü', '\n', "'") }),
    fc.constantFrom('', 'NULL', 'null', '\\"', '{}'),
  );
  const row = fc.record({
    t: fc.option(text),
    n: fc.option(fc.integer()),
    at: fc.option(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      // The last row is full, so that the columns have their length.
      const all = [...rows, { t: 'end', n: 1, at: new Date(0) }];
      const read = await database.run<{ t: string | null; n: string | null; at: Date | null }>(ECHO, [
        textColumn(all.map(({ t }) => t)),
        plainColumn(all.map(({ n }) => n)),
        timeColumn(all.map(({ at }) => at)),
      ]);
      expect(read.map((one) => ({ ...one, n: one.n === null ? null : Number(one.n) }))).toEqual(all);
    }),
    { numRuns: 200 },
  );
});

test('a column of nothing but nulls is padded beside the others', async () => {
  const read = await database.run(ECHO, [textColumn(['a', 'b']), plainColumn([null, null]), timeColumn([null, null])]);
  expect(read).toEqual([
    { t: 'a', n: null, at: null },
    { t: 'b', n: null, at: null },
  ]);
});
