import { connect } from 'amqplib';
import { Client } from 'pg';
import { eventually, testBroker, testDatabase } from '.';

async function tables(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ n: string }>("select count(*) n from pg_tables where schemaname = 'baton'");
  await client.end();
  return Number(rows[0]?.n);
}

test('two databases are migrated, apart from each other, and gone after close', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  expect(one.url).not.toBe(two.url);
  expect(await tables(one.url)).toBeGreaterThan(0);
  await one.close();
  await expect(tables(one.url)).rejects.toThrow('does not exist');
  expect(await tables(two.url)).toBeGreaterThan(0);
  await two.close();
});

test('a broker of its own: what one declares the other does not see', async () => {
  const [one, two] = await Promise.all([testBroker(), testBroker()]);
  if (!one.isPrivate) return expect(one.url).toBe(two.url);
  const connection = await connect(one.url);
  await (await connection.createChannel()).assertQueue('mine', { durable: true });
  await connection.close();

  const other = await connect(two.url);
  other.on('error', () => undefined);
  const channel = await other.createChannel();
  channel.on('error', () => undefined);
  await expect(channel.checkQueue('mine')).rejects.toThrow('NOT_FOUND');
  await other.close();

  await Promise.all([one.close(), two.close()]);
  await eventually(() => expect(connect(one.url)).rejects.toThrow());
});
