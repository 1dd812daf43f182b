import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MeshClient } from '@baton/agent-sdk';
import { Database, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { connect } from 'amqplib';
import { MeshUnderTest } from './mesh-under-test';

const root = join(__dirname, '../..');
const COUNT = statement('e2e-bus-door', 'select count(*)::int as n from tasks where idempotency_key like $1');

let under: MeshUnderTest;
beforeAll(async () => {
  under = await MeshUnderTest.start({ orchestrators: 2 });
}, 240_000);
afterAll(() => under?.stop(), 60_000);

test('the example submits a task and prints its result', async () => {
  const env = { ...process.env, BATON_DATA_DIR: under.dataDir };
  const example = [join(root, 'examples/submit-over-rabbitmq.mjs')];
  const { stdout } = await promisify(execFile)(process.execPath, example, { env, cwd: root });
  expect(stdout.trim()).toBe('io.baton.tasks.submitted.v1 completed {"echo":{"hello":"mesh"}}');
}, 60_000);

test('the client of the SDK submits, waits, reads and cancels', async () => {
  const url = under.mesh.services.messageQueueUrl;
  const client = await MeshClient.connect({ url, name: 'e2e', token: () => under.mesh.token() });
  try {
    const done = await client.submit({ capability: 'probe.echo', input: { n: 1 } }, { waitSeconds: 30 });
    expect(done).toMatchObject({ state: 'completed', output: { echo: { n: 1 } } });
    expect(await client.get(done.id)).toEqual(done);
    const { items } = await client.submitMany([{ capability: 'probe.sleep', input: { ms: 60_000 } }]);
    expect(await client.cancel(String(items[0]?.id), 'enough')).toMatchObject({ state: 'canceled' });
    await expect(client.submit({ capability: 'probe.nothing', input: 1 })).rejects.toMatchObject({
      code: 'CAPABILITY_UNKNOWN',
    });
  } finally {
    await client.close();
  }
}, 60_000);

test('I1 a door is killed in the middle of submissions that nobody waits for: each becomes one task', async () => {
  const count = 3000;
  const source = `/e2e/${randomUUID()}`;
  const headers = { authorization: `Bearer ${await under.mesh.token()}` };
  const connection = await connect(under.mesh.services.messageQueueUrl);
  const channel = await connection.createConfirmChannel();
  for (let n = 0; n < count; n++) {
    const data = { capability: 'probe.echo', input: n };
    const event = { specversion: '1.0', id: String(n), source, type: 'io.baton.tasks.submit.v1', data };
    const options = { contentType: 'application/cloudevents+json', persistent: true, headers };
    channel.sendToQueue('baton.orchestrator', Buffer.from(JSON.stringify(event)), options);
  }
  const database = new Database({ url: under.mesh.services.databaseUrl, name: 'e2e-bus-door', connections: 1 });
  const stored = async (): Promise<number> => (await database.run<{ n: number }>(COUNT, [`${source}#%`]))[0]?.n ?? 0;
  try {
    await eventually(async () => expect(await stored()).toBeGreaterThan(0), { everyMs: 2 });
    process.kill(under.pid(under.mesh.orchestrators[1]?.name as string), 'SIGKILL');
    await channel.waitForConfirms();
    await eventually(async () => expect(await stored()).toBe(count), { timeoutMs: 60_000 });
    await under.expectInvariants();
  } finally {
    await connection.close();
    await database.close();
  }
}, 120_000);
