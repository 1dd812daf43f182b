import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { Client } from 'pg';
import { Database } from '../database';
import { statement } from '../sql';
import { readAuditPage } from './audit-pages';
import { feedEnd, type FeedEntry, type FeedPosition, readFeed } from './event-tail';
import { readHistory } from './subject-history';

const ADD = `insert into audit (subject, subject_id, seq, to_state, actor) select 'task', $1::uuid, n, 'step-' || n, 'test'
  from generate_series($2::int, $3::int) n`;
const add = statement('test-add', ADD);

describe('history', () => {
  let holder: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    holder = await testDatabase();
    database = new Database({ url: holder.url, name: 'history-spec' });
  });
  afterAll(async () => {
    await database.close();
    await holder.close();
  });

  async function readAll(after: FeedPosition, limit: number): Promise<FeedEntry[]> {
    const found: FeedEntry[] = [];
    let page = await readFeed(database, after, limit);
    while (!page.atEnd) {
      found.push(...page.entries);
      page = await readFeed(database, page.next, limit);
    }
    return [...found, ...page.entries];
  }

  test('a subject has its own entries, oldest first', async () => {
    const id = randomUUID();
    await database.run(add, [id, 1, 3]);
    const entries = await readHistory(database, 'task', id);
    expect(entries.map((entry) => entry.to)).toEqual(['step-1', 'step-2', 'step-3']);
    await expect(readHistory(database, 'workflow', id)).resolves.toEqual([]);
  });

  test('the feed gives every entry once, whatever the page size, and resumes inside a transaction', async () => {
    const start = await feedEnd(database);
    for (let n = 0; n < 4; n++) await database.run(add, [randomUUID(), 1, 7]);
    const whole = await readAll(start, 1000);
    expect(whole).toHaveLength(28);
    expect(await readAll(start, 3)).toEqual(whole);
    const middle = whole[9] as FeedEntry;
    expect(await readAll(middle.position, 5)).toEqual(whole.slice(10));
  });

  test('an entry that commits late is still seen: nothing beyond a running transaction is shown', async () => {
    const start = await feedEnd(database);
    const late = new Client({ connectionString: holder.url, options: '-c search_path=baton' });
    await late.connect();
    await late.query('begin');
    const [lateId, laterId] = [randomUUID(), randomUUID()];
    await late.query(ADD, [lateId, 1, 1]);
    await database.run(add, [laterId, 1, 1]);
    const before = await readFeed(database, start, 100);
    expect(before.entries).toEqual([]);
    await late.query('commit');
    await late.end();
    const after = await readAll(before.next, 100);
    expect(after.map((entry) => entry.row.subjectId)).toEqual([lateId, laterId]);
  });

  test('a transaction that stays open in another database of the server holds nothing up', async () => {
    const elsewhere = await testDatabase();
    const other = new Client({ connectionString: elsewhere.url });
    await other.connect();
    await other.query('begin');
    await other.query('select pg_current_xact_id()');
    const start = await feedEnd(database);
    const id = randomUUID();
    await database.run(add, [id, 1, 2]);
    expect((await readAll(start, 100)).map((entry) => entry.row.subjectId)).toEqual([id, id]);
    expect((await readAuditPage(database, {}, { order: 'newest', limit: 1 }))[0]?.subjectId).toBe(id);
    await other.end();
    await elsewhere.close();
  });

  test('the audit pages both ways to the end, over gaps wider than a window', async () => {
    const all = await readAuditPage(database, {}, { order: 'oldest', limit: 10_000 });
    const { txid, subjectId, seq } = all.at(-1) as (typeof all)[number];
    expect(all.length).toBeGreaterThan(30);
    const newest = await readAuditPage(database, {}, { order: 'newest', limit: 10_000 });
    expect(newest).toEqual([...all].reverse());
    const pages = [];
    let page = await readAuditPage(database, {}, { order: 'newest', limit: 7 });
    while (page.length > 0) {
      pages.push(...page);
      const after = page.at(-1);
      page = await readAuditPage(database, {}, { order: 'newest', limit: 7, after });
    }
    expect(pages).toEqual(newest);
    expect(await readAuditPage(database, {}, { order: 'oldest', limit: 5, after: { txid, subjectId, seq } })).toEqual(
      [],
    );
  });

  test('the audit is filtered by subject and by actor', async () => {
    const id = randomUUID();
    await database.run(add, [id, 1, 2]);
    expect(await readAuditPage(database, { subjectId: id }, { order: 'oldest', limit: 9 })).toHaveLength(2);
    expect(await readAuditPage(database, { subject: 'task', actor: 'nobody' }, { order: 'newest', limit: 9 })).toEqual(
      [],
    );
  });
});
