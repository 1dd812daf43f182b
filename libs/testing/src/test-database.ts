import { randomBytes } from 'node:crypto';
import { migrate } from '@baton/persistence';
import { Client } from 'pg';
import { requiredUrl } from './required-url';

/** A migrated database for one spec file. */
export interface TestDatabase {
  url: string;
  /** Ends the sessions on it and drops it. */
  close(): Promise<void>;
}

/** Any number; the same in every process that makes the template. */
const TEMPLATE_LOCK = 5_550_123;

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The template appears under its name only when it is migrated, so a process that dies half way leaves none. */
async function ensureTemplate(url: string, template: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount === 1) return;
    await client.query(`drop database if exists ${template}_draft with (force)`);
    await client.query(`create database ${template}_draft`);
    await migrate(withDatabase(url, `${template}_draft`));
    await client.query(`alter database ${template}_draft rename to ${template}`);
  });
}

/** A fresh database cloned from a migrated template; the template is made once per run (BATON_TEST_RUN names the run). */
export async function testDatabase(): Promise<TestDatabase> {
  const url = requiredUrl('DATABASE_URL');
  const template = `test_template_${process.env.BATON_TEST_RUN ?? process.pid}`;
  await ensureTemplate(url, template);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withClient(url, (client) => client.query(`create database ${name} template ${template}`));
  const drop = async (): Promise<void> => {
    await withClient(url, (client) => client.query(`drop database if exists ${name} with (force)`));
  };
  return { url: withDatabase(url, name), close: drop };
}
