import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import {
  definitionNames,
  insertDefinition,
  listDefinitions,
  listDefinitionVersions,
  loadDefinitions,
} from './definitions';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'definitions' });
  for (const [name, version] of [
    ['b', 1],
    ['a', 1],
    ['b', 2],
    ['c', 1],
    ['b', 3],
  ] as const)
    await insertDefinition(database, row(name, version));
});
afterAll(async () => {
  await database.close();
  await place.close();
});

const row = (name: string, version: number) => ({
  name,
  version,
  document: `{"v":${version}}`,
  createdBy: 'user:ann',
});
const keysOf = (rows: readonly { name: string; version: number }[]) => rows.map((one) => `${one.name}${one.version}`);

test('a version is stored once and never changed', async () => {
  expect(await insertDefinition(database, row('d', 1))).toMatchObject({
    ...row('d', 1),
    createdAt: expect.any(Date) as Date,
  });
  expect(await insertDefinition(database, { ...row('d', 1), document: '{}' })).toBeUndefined();
  expect(await loadDefinitions(database, [{ name: 'd' }])).toMatchObject([{ document: '{"v":1}' }]);
});

test('the newest without a version, else that one; unknown ones are missing', async () => {
  const found = await loadDefinitions(database, [
    { name: 'b' },
    { name: 'b', version: 2 },
    { name: 'b', version: 9 },
    { name: 'x' },
  ]);
  expect(keysOf(found).sort()).toEqual(['b2', 'b3']);
});

test('lists go by name with the newest version, versions newest first, both in pages', async () => {
  expect(keysOf(await listDefinitions(database, { limit: 2 }))).toEqual(['a1', 'b3']);
  expect(keysOf(await listDefinitions(database, { limit: 1, after: 'b' }))).toEqual(['c1']);
  expect(keysOf(await listDefinitionVersions(database, 'b', { limit: 2 }))).toEqual(['b3', 'b2']);
  expect(keysOf(await listDefinitionVersions(database, 'b', { limit: 2, before: 2 }))).toEqual(['b1']);
  expect(await definitionNames(database, 2)).toEqual(['a', 'b']);
});
