import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { Database } from '../database';
import { takeBrainLease } from '../leases/brain-lease';
import { statement } from '../sql';
import { disableWebhook, insertWebhook } from './change-webhooks';
import { enabledWebhooks, listDeliveries, waitingDeliveries } from './read-webhooks';
import { addDeliveries, dueDeliveries, hastenDeliveries, pruneDeliveries, recordDelivery } from './send-deliveries';

let place: TestDatabase;
let database: Database;
let old: number;
let now: number;
let names = 0;
const run = (text: string) => database.run(statement(`spec-${names++}`, text));

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'webhooks', connections: 2 });
  for (const _ of [1, 2]) {
    await run(`update leases set expires_at = '-infinity'`);
    [old, now] = [now, (await takeBrainLease(database, uuidV7(), 60_000)) as number];
  }
});
afterEach(() => run('delete from webhooks'));
afterAll(async () => {
  await database.close();
  await place.close();
});

async function webhook(position = 0): Promise<string> {
  const id = uuidV7();
  const given = {
    id,
    url: 'http://x.y/',
    events: ['#'],
    workflowId: null,
    secret: 'whsec_',
    position,
    createdBy: 'user:x',
  };
  await database.transaction((sql) => insertWebhook(sql, given, 100));
  return id;
}
const delivery = (webhookId: string) => ({ id: uuidV7(), webhookId, type: 'task.completed', payload: '{}' });
async function added(webhookId: string, count = 1) {
  const made = Array.from({ length: count }, () => delivery(webhookId));
  await addDeliveries(database, now, { position: 10, webhookIds: [webhookId] }, made);
  return made;
}
const end = (id: string, state: 'pending' | 'delivered' = 'delivered') => ({
  ...{ id, state, inMs: state === 'pending' ? 60_000 : 0, status: 200, error: null },
});

/** Everything the brain writes, on rows that it would change. */
const writes: [string, (id: string) => Promise<(epoch: number) => Promise<unknown>>][] = [
  [
    'webhook-deliveries-add',
    (id) =>
      Promise.resolve((epoch) => addDeliveries(database, epoch, { position: 20, webhookIds: [id] }, [delivery(id)])),
  ],
  [
    'webhook-deliveries-record',
    async (id) => {
      const [one] = await added(id);
      return (epoch) => recordDelivery(database, epoch, end(String(one?.id)));
    },
  ],
  [
    'webhook-deliveries-hasten',
    async (id) => {
      const [one] = await added(id);
      await recordDelivery(database, now, end(String(one?.id), 'pending'));
      return (epoch) => hastenDeliveries(database, epoch, id, null);
    },
  ],
  [
    'webhook-deliveries-prune',
    async (id) => {
      const [one] = await added(id);
      await recordDelivery(database, now, end(String(one?.id)));
      return (epoch) => pruneDeliveries(database, epoch, 0);
    },
  ],
  [
    'webhooks-disable',
    async (id) => {
      await added(id);
      return (epoch) => disableWebhook(database, epoch, id, 'gone');
    },
  ],
];
const all = () =>
  run(
    'select to_jsonb(w) as w, (select jsonb_agg(to_jsonb(d) order by id) from webhook_deliveries d) as d from webhooks w',
  );

test.each(writes)('I3 %s of an old brain is refused', async (_name, arrange) => {
  const write = await arrange(await webhook());
  const before = await all();
  await expect(write(old)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(await all()).toEqual(before);
  await write(now);
  expect(await all()).not.toEqual(before);
});

test('no fenced write is missing above', () => {
  const files = readdirSync(__dirname).filter((file) => !file.includes('.spec.'));
  const sources = files.map((file) => readFileSync(join(__dirname, file), 'utf8'));
  const statements = sources.flatMap((source) => source.split(/\bstatement\(/).slice(1));
  const fenced = statements.filter((text) => text.includes('fence($1)')).map((text) => /'([\w-]+)'/.exec(text)?.[1]);
  expect(writes.map(([name]) => name).sort()).toEqual(fenced.filter(Boolean).sort());
});

test('what was read is made into deliveries once, whoever reads it again, and not for a webhook that is gone', async () => {
  const [id, gone] = [await webhook(), await webhook()];
  await added(id, 3);
  await run(`delete from webhooks where id = '${gone}'`);
  const again = { position: 10, webhookIds: [id, gone] };
  await addDeliveries(database, now, again, [delivery(id), delivery(gone)]);
  expect(await waitingDeliveries(database)).toEqual(new Map([[id, 3]]));
  expect((await enabledWebhooks(database)).map(({ position }) => position)).toEqual(['10']);
});

test('each webhook gets its share of what is due, the longest due first; what is under way or rests is left out', async () => {
  const [one, other] = [await webhook(), await webhook()];
  const mine = await added(one, 5);
  await added(other, 1);
  const due = await dueDeliveries(database, { ids: [], webhookIds: [] }, 2);
  expect(due.map(({ webhookId }) => webhookId).sort()).toEqual([one, one, other].sort());
  const without = { ids: mine.slice(0, 4).map(({ id }) => id), webhookIds: [other] };
  expect((await dueDeliveries(database, without, 2)).map(({ id }) => id)).toEqual([mine[4]?.id]);
});

test('hastened, what was tried in vain is due again in the order in which it came, before what came later', async () => {
  const id = await webhook();
  const early = (await added(id, 3)).map((made) => made.id);
  for (const tried of [...early].reverse()) await recordDelivery(database, now, end(tried, 'pending'));
  const [late] = [delivery(id)];
  await addDeliveries(database, now, { position: 20, webhookIds: [id] }, [late]);
  const due = async () => (await dueDeliveries(database, { ids: [], webhookIds: [] }, 9)).map((each) => each.id);
  expect(await due()).toEqual([late.id]);
  expect(await hastenDeliveries(database, now, id, 0)).toBe(0);
  expect(await hastenDeliveries(database, now, id, 60_000)).toBe(3);
  expect(await due()).toEqual([...early, late.id]);
});

test('a delivery that has ended is not recorded twice, and lists go page by page', async () => {
  const id = await webhook();
  const made = await added(id, 3);
  const first = String(made[0]?.id);
  expect([await recordDelivery(database, now, end(first)), await recordDelivery(database, now, end(first))]).toEqual([
    true,
    false,
  ]);
  const newest = await listDeliveries(database, id, { limit: 2 });
  expect(newest.map((row) => row.id)).toEqual([made[2]?.id, made[1]?.id]);
  const next = await listDeliveries(database, id, { limit: 2, before: String(made[1]?.id) });
  expect(next).toMatchObject([{ id: first, state: 'delivered', attempts: 1 }]);
  expect(await listDeliveries(database, id, { limit: 9, state: 'pending' })).toHaveLength(2);
});
