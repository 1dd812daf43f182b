import { type TlsFiles } from '@baton/bus';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { reasonOf, SetupError } from './setup-error';

const CONNECT_MS = 5_000;

/** Connects once and closes again; rejects with the driver's own error. */
export async function probeBroker(url: string, timeoutMs = CONNECT_MS): Promise<void> {
  const connection = await connect(url, { timeout: timeoutMs });
  connection.on('error', () => undefined); // a broker that closes on us while we close says nothing new
  await connection.close();
}

/** Connects, asks once and closes again; rejects with the driver's own error. */
export async function probeDatabase(url: string, timeoutMs = CONNECT_MS): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end();
  }
}

function whereOf(variable: string, url: string, defaultPort: string): string {
  try {
    const { hostname, port } = new URL(url);
    return `${hostname}:${port || defaultPort}`;
  } catch (error) {
    throw new SetupError(`${variable} is not a URL. Write it like the line in .env.example.`, 78, error);
  }
}

async function check(variable: string, where: string, probe: Promise<void>): Promise<void> {
  try {
    await probe;
  } catch (error) {
    throw new SetupError(
      `${variable} names ${where}, which cannot be used: ${reasonOf(error)}. Start that service, correct ${variable}, ` +
        `or unset it to have a private instance started.`,
      78,
      error,
    );
  }
}

/**
 * A broker the user named must answer now; the error names the variable, the address, the cause and the way out. Of a
 * list of addresses (a cluster, separated by commas) one is enough.
 */
export async function checkGivenBroker(list: string, tls: TlsFiles = {}): Promise<void> {
  if (/(^|,)\s*amqps:/.test(list)) return checkGivenTls(list, tls);
  let failure: unknown;
  for (const url of list.split(',').map((one) => one.trim())) {
    const where = whereOf('MESSAGE_QUEUE_URL', url, '5672');
    try {
      return await check('MESSAGE_QUEUE_URL', where, probeBroker(url));
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** The bus knows best what can be wrong with certificates; it is loaded when there are some. */
async function checkGivenTls(url: string, tls: TlsFiles): Promise<void> {
  const { checkBroker } = await import('@baton/bus');
  try {
    await checkBroker({ url, tls });
  } catch (error) {
    throw new SetupError(`MESSAGE_QUEUE_URL names a broker that cannot be used. ${reasonOf(error)}`, 78, error);
  }
}

/** Likewise for a database the user named. */
export async function checkGivenDatabase(url: string): Promise<void> {
  const where = whereOf('DATABASE_URL', url, '5432');
  await check('DATABASE_URL', where, probeDatabase(url));
}
