import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { v7 } from 'uuid';
import { Database } from '../database';
import { readAuditPage } from '../history/audit-pages';
import { readHistory } from '../history/subject-history';
import { insertDeadLetters, type NewDeadLetter } from './insert-dead-letters';
import { loadDeadLetters, pickDeadLetters } from './pick-dead-letters';
import { pruneDeadLetters } from './prune-dead-letters';
import { purgeDeadLetters, purgeDeadLettersBy } from './purge-dead-letters';
import { countDeadLetters, getDeadLetter, listDeadLetters } from './read-dead-letters';
import { markReplayed } from './replay-dead-letters';

jest.setTimeout(30_000);
const DAY_MS = 86_400_000;
let holder: TestDatabase;
let database: Database;
beforeEach(async () => {
  holder = await testDatabase();
  database = new Database({ url: holder.url, name: 'dead-letters-spec' });
});
afterEach(async () => {
  await database.close();
  await holder.close();
});

function letter(more: Partial<NewDeadLetter> = {}): NewDeadLetter {
  const content = more.content ?? Buffer.from('{"n":1}');
  return {
    id: v7(),
    fingerprint: randomUUID(),
    copies: 1,
    at: new Date(),
    reasonCode: 'invalid',
    reason: 'n must be integer',
    originQueue: 'test.queue',
    exchange: '',
    routingKey: 'test.queue',
    messageId: 'm-1',
    type: 'com.example.counted',
    source: '/tests',
    amqpUser: 'guest',
    headers: '{}',
    contentType: 'application/json',
    content,
    size: content.length,
    deliveries: 1,
    ...more,
  };
}
const ids = async (filter = {}): Promise<string[]> =>
  (await listDeadLetters(database, filter, { limit: 100 })).map(({ id }) => id);

test('letters come back as they came, whatever their bytes', async () => {
  const odd = letter({
    content: Buffer.from([0, 255, 0, 92, 120, 10, 195]),
    headers: '{"nul":"\\u0000","quote":"\\"\\\\"}',
    reason: 'a "quoted" \\ reason, {with} braces',
    messageId: null,
    type: null,
    source: null,
    amqpUser: null,
    contentType: null,
    deliveries: null,
  });
  const large = letter({ content: Buffer.alloc(3_000_000, 'x') });
  const empty = letter({ content: Buffer.alloc(0) });
  expect(await insertDeadLetters(database, [odd, large, empty])).toEqual(new Map([['invalid', 3]]));
  for (const given of [odd, large, empty]) {
    const { fingerprint: _own, ...expected } = given;
    expect(await getDeadLetter(database, given.id)).toMatchObject(expected);
  }
  expect(await getDeadLetter(database, randomUUID())).toBeUndefined();
});

test('a letter that is delivered again is stored once; one that is alike in every byte is counted', async () => {
  const first = letter();
  await insertDeadLetters(database, [first]);
  const again = { ...first, id: v7(), copies: 0 };
  expect(await insertDeadLetters(database, [again, letter({ reasonCode: 'poison' })])).toEqual(
    new Map([['poison', 1]]),
  );
  expect((await getDeadLetter(database, first.id))?.copies).toBe(1);
  await insertDeadLetters(database, [{ ...first, id: v7(), copies: 3 }]);
  expect((await getDeadLetter(database, first.id))?.copies).toBe(4);
  // Delivered to somebody who died with it: what comes again is the first that is stored.
  const unheard = letter({ copies: 0 });
  await insertDeadLetters(database, [unheard]);
  expect((await getDeadLetter(database, unheard.id))?.copies).toBe(1);
  expect(await countDeadLetters(database)).toEqual({ invalid: 2, poison: 1 });
});

test('lists by every filter, newest first, page by page', async () => {
  const letters = [
    letter({ reasonCode: 'poison', at: new Date('2026-01-01T00:00:00Z') }),
    letter({ type: 'com.example.other', at: new Date('2026-01-02T00:00:00Z') }),
    letter({ originQueue: 'other.queue', at: new Date('2026-01-03T00:00:00Z') }),
    letter({ source: '/others', at: new Date('2026-01-04T00:00:00Z') }),
  ];
  const [a, b, c, d] = letters.map(({ id }) => id) as [string, string, string, string];
  await insertDeadLetters(database, letters);
  await markReplayed(database, [{ id: b, to: 'queue x' }], 'user:admin');
  expect(await ids()).toEqual([d, c, b, a]);
  expect(await ids({ reasonCode: 'poison' })).toEqual([a]);
  expect(await ids({ type: 'com.example.other' })).toEqual([b]);
  expect(await ids({ origin: 'other.queue' })).toEqual([c]);
  expect(await ids({ source: '/others' })).toEqual([d]);
  expect(await ids({ since: '2026-01-02T00:00:00Z', until: '2026-01-04T00:00:00Z' })).toEqual([c, b]);
  expect(await ids({ replayed: true })).toEqual([b]);
  expect(await ids({ replayed: false, source: '/tests' })).toEqual([c, a]);
  const next = await listDeadLetters(database, { source: '/tests' }, { limit: 2, before: c });
  expect(next.map(({ id }) => id)).toEqual([b, a]);
  expect(await pickDeadLetters(database, { source: '/tests' }, { limit: 2 })).toEqual([a, b]);
  expect(await pickDeadLetters(database, { source: '/tests' }, { limit: 2, after: b })).toEqual([c]);
  expect((await loadDeadLetters(database, [c, a])).map(({ id }) => id)).toEqual([a, c]);
});

test('I2: replays are counted, and audited with who and where to', async () => {
  const { id } = letter();
  await insertDeadLetters(database, [letter({ id })]);
  await markReplayed(database, [{ id, to: 'queue test.queue' }], 'user:ada');
  await markReplayed(database, [{ id, to: 'channel news' }], 'user:bob');
  expect(await getDeadLetter(database, id)).toMatchObject({
    replays: 2,
    replayedTo: 'channel news',
    replayedBy: 'user:bob',
    replayedAt: expect.any(Date),
  });
  const history = await readHistory(database, 'dead-letter', id);
  expect(history).toMatchObject([
    { to: 'replayed', actor: 'user:ada', reason: 'queue test.queue' },
    { to: 'replayed', actor: 'user:bob', reason: 'channel news' },
  ]);
});

test('purged by id: each with its entry; by filter: the oldest first, as one action', async () => {
  const letters = Array.from({ length: 6 }, (_, index) => letter({ reasonCode: index < 2 ? 'poison' : 'expired' }));
  const all = letters.map(({ id }) => id);
  await insertDeadLetters(database, letters);
  const gone = await database.transaction((sql) => purgeDeadLetters(sql, [all[0] as string, randomUUID()], 'user:ada'));
  expect(gone).toEqual([all[0]]);
  expect(await readHistory(database, 'dead-letter', all[0] as string)).toMatchObject([
    { to: 'purged', actor: 'user:ada' },
  ]);
  const by = (limit: number): Promise<number> =>
    database.transaction((sql) => purgeDeadLettersBy(sql, { reasonCode: 'expired' }, limit, 'user:ada'));
  expect(await by(3)).toBe(3);
  expect(await ids()).toEqual([all[5], all[1]]);
  expect(await by(3)).toBe(1);
  expect(await by(3)).toBe(0);
  const actions = await readAuditPage(database, { subject: 'mesh' }, { order: 'oldest', limit: 10 });
  expect(actions.map(({ to, reason }) => [to, reason])).toEqual([
    ['dead-letters-purged', '3 letters, filter {"reasonCode":"expired"}'],
    ['dead-letters-purged', '1 letters, filter {"reasonCode":"expired"}'],
  ]);
});

test('pruned: what is too old, and the oldest beyond the size; once, whoever tries', async () => {
  const now = new Date();
  const old = letter({ id: v7({ msecs: now.getTime() - 8 * DAY_MS }) });
  const sized = Array.from({ length: 5 }, () => letter({ content: Buffer.alloc(400 * 1024) }));
  await insertDeadLetters(database, [old, ...sized]);
  const prune = (megabytes: number): Promise<number> =>
    database.transaction((sql) => pruneDeadLetters(sql, { days: 7, megabytes }, now));
  expect(await prune(100)).toBe(1);
  expect(await ids()).not.toContain(old.id);
  const tried = await Promise.all([prune(1), prune(1), prune(1)]);
  expect(tried.reduce((sum, count) => sum + count)).toBe(3);
  expect(await ids()).toEqual([sized[4]?.id, sized[3]?.id]);
  expect(await prune(1)).toBe(0);
  const actions = await readAuditPage(database, { subject: 'mesh' }, { order: 'oldest', limit: 10 });
  expect(actions.map(({ to }) => to)).toEqual(['dead-letters-pruned', 'dead-letters-pruned']);
});
