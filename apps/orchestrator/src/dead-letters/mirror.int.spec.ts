import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, exchanges, queues } from '@baton/bus';
import { createLogger, createMetricsRegistry } from '@baton/observability';
import { Database, type DeadLetterLimits, listDeadLetters, statement } from '@baton/persistence';
import { eventually, TcpProxy } from '@baton/testing';
import { Place } from '../../test/place';
import { DeadLetterMetrics } from './dead-letter-metrics';
import { Mirror } from './mirror';
import { Retention } from './retention';

jest.setTimeout(60_000);
const logger = createLogger('mirror-spec', 'silent');
const COUNTS = statement('spec-letters', 'select count(*)::int as rows, sum(copies)::int as copies from dead_letters');
const BLOCK = 'alter table dead_letters add constraint spec_block check (message_id is distinct from $$unwanted$$)';
let place: Place;
let sender: Bus;
let database: Database;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  place = await Place.open();
  database = new Database({ url: place.databaseUrl, name: 'mirror-spec' });
  sender = await connectBus({ url: place.brokerUrl, name: 'sender', source: '/tests', logger });
  closing.push(
    () => place.close(),
    () => database.close(),
    () => sender.close(),
  );
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An orchestrator's share of the work, and how many letters were stored by it. */
async function startMirror(databaseUrl = place.databaseUrl, limits: DeadLetterLimits = { days: 30, megabytes: 1024 }) {
  const own = new Database({ url: databaseUrl, name: 'mirror', answerWithinMs: 2000 });
  const bus = await connectBus({ url: place.brokerUrl, name: 'mirror', source: '/tests', logger });
  const registry = createMetricsRegistry('orchestrator');
  const metrics = new DeadLetterMetrics(registry, { database: own, bus });
  const retention = new Retention({ database: own, logger, metrics, limits });
  const onStored = (letters: number, bytes: number): void => retention.grew(letters, bytes);
  const mirror = new Mirror({ bus, database: own, logger, metrics, onStored });
  await mirror.start();
  closing.push(async () => {
    await mirror.stop();
    await retention.stop();
    await bus.close();
    await own.close();
  });
  return { mirror, metrics: () => registry.metrics() };
}
/** Letters as a stranger may put them there. */
async function post(
  count: number,
  content: (n: number) => Buffer,
  messageId: () => string = randomUUID,
): Promise<void> {
  const target = { exchange: exchanges.deadLetters.name, key: '' };
  const sending = Array.from({ length: count }, (_, n) =>
    sender.forward(target, { content: content(n), messageId: messageId(), headers: { n } }),
  );
  const outcomes = new Set(await Promise.all(sending));
  expect([...outcomes]).toEqual(['sent']);
}
const numbered = (n: number): Buffer => Buffer.from(`letter ${n}`);
const stored = async () => (await database.run<{ rows: number; copies: number }>(COUNTS))[0];
const waiting = async () => (await sender.admin.inspect([queues.deadLetters.name]))[0]?.messages;

test('every letter once, shared by all who mirror; large ones among small ones', async () => {
  const [one, other] = [await startMirror(), await startMirror()];
  await post(1000, (n) => (n % 100 === 0 ? Buffer.alloc(3_000_000, n) : numbered(n)));
  await eventually(async () => expect(await stored()).toEqual({ rows: 1000, copies: 1000 }), { timeoutMs: 30_000 });
  await eventually(async () => expect(await waiting()).toBe(0));
  const metrics = `${await one.metrics()}\n${await other.metrics()}`;
  const mirrored = [...metrics.matchAll(/^baton_dead_letters_mirrored_total\{.*\} (\d+)$/gm)].map(([, n]) => Number(n));
  expect(mirrored.reduce((sum, n) => sum + n)).toBe(1000);
  expect(metrics).toMatch(/baton_dead_letters\{reason="unknown",app="orchestrator"\} 1000/);
});

test('the database goes away in the middle and comes back: none lost, none twice', async () => {
  const proxy = await TcpProxy.inFrontOf(place.databaseUrl);
  closing.push(() => proxy.close());
  await startMirror(proxy.url);
  await post(300, numbered);
  await eventually(async () => expect((await stored())?.rows).toBeGreaterThan(0), { everyMs: 1 });
  proxy.cut();
  await post(300, (n) => numbered(n + 300));
  const before = await stored();
  proxy.mend();
  await eventually(async () => expect(await stored()).toEqual({ rows: 600, copies: 600 }), { timeoutMs: 30_000 });
  expect(before?.rows).toBeLessThan(600);
});

test('the mirror stops in the middle and another goes on: none lost, none twice', async () => {
  const first = await startMirror();
  await post(500, numbered);
  await eventually(async () => expect((await stored())?.rows).toBeGreaterThan(0), { everyMs: 1 });
  await first.mirror.stop();
  await startMirror();
  await eventually(async () => expect(await stored()).toEqual({ rows: 500, copies: 500 }), { timeoutMs: 30_000 });
});

test('what the database does not take holds up nobody: that it was there is kept', async () => {
  await database.orm.initialize();
  await database.orm.query(BLOCK);
  await startMirror();
  let n = 0;
  await post(40, numbered, () => (n++ === 20 ? 'unwanted' : randomUUID()));
  await eventually(async () => expect((await stored())?.rows).toBe(40));
  const letters = await listDeadLetters(database, {}, { limit: 100 });
  const remnants = letters.filter(({ reason }) => reason.includes('could not be stored'));
  expect(remnants).toMatchObject([{ messageId: null, size: 'letter 20'.length }]);
});

test('a flood stays within its limits', async () => {
  const { metrics } = await startMirror(place.databaseUrl, { days: 30, megabytes: 2 });
  await post(400, (n) => Buffer.alloc(50_000, n));
  await eventually(async () => expect(await waiting()).toBe(0), { timeoutMs: 30_000 });
  await eventually(async () => expect((await stored())?.rows).toBeLessThan(60));
  expect(await metrics()).toMatch(/baton_dead_letters_deleted_total\{why="pruned",app="orchestrator"\} 3\d\d/);
});
