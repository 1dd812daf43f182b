import { connect } from 'amqplib';
import { Client } from 'pg';

interface Addresses {
  readonly databaseUrl: string;
  readonly messageQueueUrl: string;
}

/** The versions of the database and the broker, as they say themselves. */
export async function serviceVersions({ databaseUrl, messageQueueUrl }: Addresses): Promise<Record<string, string>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  const connection = await connect(messageQueueUrl);
  const { version } = connection.connection.serverProperties;
  await connection.close();
  return { PostgreSQL: rows[0]?.server_version ?? 'unknown', RabbitMQ: version };
}
