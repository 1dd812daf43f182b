import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { DataFolderInUseError, type Services, startServices } from '../services';

const folder = resolve(__dirname, '..', '..', '.baton', 'test');

declare global {
  /** Handed from Jest's global set-up to its tear-down. */
  var batonTestServices: Services | undefined;
}

/** The first data folder no other test run uses; the next run finds its programs and cluster made. */
async function startUnused(number = 1): Promise<Services> {
  const dataDir = join(folder, String(number));
  mkdirSync(dataDir, { recursive: true });
  const { MESSAGE_QUEUE_URL: messageQueueUrl, DATABASE_URL: databaseUrl } = process.env;
  try {
    return await startServices({
      dataDir,
      messageQueueUrl,
      databaseUrl,
      management: true,
      progress: (line) => console.error(line),
    });
  } catch (error) {
    if (error instanceof DataFolderInUseError) return startUnused(number + 1);
    throw error;
  }
}

/** Jest's global set-up for integration tests: real services, the given ones or private ones for this run. */
export async function setUp(): Promise<void> {
  const services = await startUnused();
  globalThis.batonTestServices = services;
  process.env.MESSAGE_QUEUE_URL = services.messageQueueUrl;
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.BATON_TEST_RUN = randomBytes(4).toString('hex');
  if (services.managementUrl) process.env.BATON_TEST_MANAGEMENT_URL = services.managementUrl;
}

/** Databases of this and of crashed runs are dropped from a private server; a given one keeps what is not this run's. */
async function dropTestDatabases(services: Services): Promise<void> {
  const client = new Client({ connectionString: services.databaseUrl });
  await client.connect();
  try {
    const pattern = services.database ? 'test\\_%' : `test_template_${process.env.BATON_TEST_RUN}%`;
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database where datname like $1', [
      pattern,
    ]);
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  } finally {
    await client.end();
  }
}

/** Jest's global tear-down. */
export async function tearDown(): Promise<void> {
  const services = globalThis.batonTestServices;
  if (!services) return;
  await dropTestDatabases(services);
  await services.stop();
}
