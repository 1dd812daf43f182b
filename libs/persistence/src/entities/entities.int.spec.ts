import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { entities } from '.';

describe('entities', () => {
  let holder: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    holder = await testDatabase();
    database = new Database({ url: holder.url, name: 'entities-spec' });
    await database.connect();
  });
  afterAll(async () => {
    await database?.close();
    await holder?.close();
  });

  test.each(entities.map((entity) => [entity.name, entity] as const))('%s fits its table', async (_name, entity) => {
    const repository = database.orm.getRepository(entity);
    await expect(repository.find({ take: 1 })).resolves.toBeInstanceOf(Array);
    const columns = await database.orm.query<{ name: string; nullable: boolean }[]>(
      `select column_name as name, is_nullable = 'YES' as nullable from information_schema.columns
        where table_schema = 'baton' and table_name = $1`,
      [repository.metadata.tableName],
    );
    const nullable = new Map(columns.map((column) => [column.name, column.nullable]));
    for (const column of repository.metadata.columns) {
      expect([column.databaseName, column.isNullable]).toEqual([
        column.databaseName,
        nullable.get(column.databaseName),
      ]);
    }
  });

  test('every table of the mesh has its entity', async () => {
    const rows = await database.orm.query<{ name: string }[]>(
      `select relname as name from pg_class where relnamespace = 'baton'::regnamespace and relkind in ('r', 'p')
          and not relispartition and relname not in ('migrations') order by 1`,
    );
    const known = database.orm.entityMetadatas.map((metadata) => metadata.tableName).sort();
    expect(known).toEqual(rows.map((row) => row.name));
  });
});
