import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { SCHEMA } from './database';
import { translateDatabaseError } from './database-errors';
import { migrations } from './migrations';

/** Any number; the same in every process that migrates. */
const MIGRATION_LOCK = 4_021_964;

/**
 * Brings the database to this version. Two processes that start at once do it one after the other: the second finds
 * nothing left to do. Returns the names of the migrations that ran.
 */
export async function migrate(url: string): Promise<string[]> {
  const guard = new Client({ connectionString: url, connectionTimeoutMillis: 5000, application_name: 'baton-migrate' });
  guard.on('error', () => undefined); // the queries below report the same failure
  try {
    await guard.connect();
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await guard.query(`create schema if not exists ${SCHEMA}`);
    return await runMigrations(url);
  } catch (error) {
    throw translateDatabaseError(error);
  } finally {
    await guard.end();
  }
}

async function runMigrations(url: string): Promise<string[]> {
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: SCHEMA,
    migrations,
    migrationsTransactionMode: 'each',
    extra: { options: `-c search_path=${SCHEMA},public`, max: 1 },
  });
  await source.initialize();
  try {
    const ran = await source.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}
