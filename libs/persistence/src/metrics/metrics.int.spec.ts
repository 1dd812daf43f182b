import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { takeBrainLease } from '../leases/brain-lease';
import { statement } from '../sql';
import { forgetBreakers, loadBreakers, saveBreakerMoves, type SavedBreakerMove } from './breakers';
import {
  loadMetricsSeeds,
  readAvailability,
  readMetricsHistory,
  readRecentMetrics,
  readSuccessRates,
} from './read-metrics';
import { forgetMetrics, type MetricsDelta, metricsWidths, saveMetrics } from './save-metrics';

const addAgent = statement(
  'spec-agent',
  `insert into agents (id, name, family, incarnation, version, state, host, pid, concurrency, registered_at, terminated_at)
   values ($1, $2, 'probe', 1, '1', $3, 'h', 1, 1, now() - $4 * interval '1 second',
           case when $3 = 'terminated' then now() - $5 * interval '1 second' end)`,
);
const age = statement(
  'spec-age',
  `update agent_metrics set bucket = bucket - $1 * interval '1 second' where agent_id = $2`,
);
const widths = statement('spec-widths', `select width from agent_metrics where agent_id = $1 order by width`);
const ageBreakers = statement(
  'spec-age-breakers',
  `update breakers set changed_at = changed_at - interval '2 days' where agent_id = any($1::uuid[])`,
);
const breakersOf = statement('spec-breakers', `select agent_id as id from breakers where agent_id = any($1::uuid[])`);
const audited = statement(
  'spec-audited',
  `select seq, from_state as "from", to_state as "to", reason from audit where subject = 'breaker' and subject_id = $1
    order by seq`,
);

describe('metrics and breakers', () => {
  let holder: TestDatabase;
  let database: Database;
  let epoch = 0;
  beforeAll(async () => {
    holder = await testDatabase();
    database = new Database({ url: holder.url, name: 'metrics-spec' });
    epoch = (await takeBrainLease(database, randomUUID(), 60_000)) as number;
  });
  afterAll(async () => {
    await database?.close();
    await holder?.close();
  });

  const agent = async ({
    name = `n-${randomUUID()}`,
    state = 'idle',
    since = 10,
    endedAgo = 0,
  } = {}): Promise<string> => {
    const id = randomUUID();
    await database.run(addAgent, [id, name, state, since, endedAgo]);
    return id;
  };
  const delta = (agentId: string, more: Partial<MetricsDelta> = {}): MetricsDelta => ({
    agentId,
    agentName: 'probe-1',
    capability: 'a.b',
    attempts: 4,
    completed: 2,
    failed: 1,
    runMs: 30,
    ewmaMs: 15,
    durations: [0, 2],
    errors: { BOOM: 1 },
    ...more,
  });

  test('what is saved adds up in buckets of every width', async () => {
    const agentId = await agent();
    await saveMetrics(database, epoch, [delta(agentId), delta(agentId, { capability: 'c.d' })]);
    await saveMetrics(database, epoch, [
      delta(agentId, { ewmaMs: 12, durations: [1, 1, 5], errors: { BOOM: 2, BANG: 1 } }),
    ]);
    const asked = { from: new Date(Date.now() - 7200_000), to: new Date(Date.now() + 1000), agentId, limit: 10 };
    for (const width of metricsWidths) {
      const buckets = await readMetricsHistory(database, { ...asked, width, capability: 'a.b' });
      expect(buckets.reduce((sum, bucket) => sum + bucket.attempts, 0)).toBe(8);
      for (const { at } of buckets) expect(at.getTime() % (width * 1000)).toBe(0);
    }
    expect(await readRecentMetrics(database, { seconds: 3600, agentIds: [agentId], limit: 10 })).toEqual([
      {
        ...{
          agentId,
          agentName: 'probe-1',
          capability: 'a.b',
          attempts: 8,
          completed: 4,
          failed: 2,
          runMs: 60,
          ewmaMs: 12,
        },
        ...{ durations: [1, 3, 5], errors: { BANG: 1, BOOM: 3 } },
      },
      expect.objectContaining({ capability: 'c.d', attempts: 4 }),
    ]);
  });

  test('no more than twenty codes are kept, the most frequent', async () => {
    const agentId = await agent();
    const codes = (from: number) => Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`E${from + n}`, n + 1]));
    await saveMetrics(database, epoch, [delta(agentId, { errors: codes(0) })]);
    await saveMetrics(database, epoch, [delta(agentId, { errors: codes(100) })]);
    const [row] = await readRecentMetrics(database, { seconds: 3600, agentIds: [agentId], limit: 1 });
    expect(Object.keys(row?.errors ?? {})).toHaveLength(20);
    expect(row?.errors).toMatchObject({ E14: 15, E114: 15 });
  });

  test('I3 an old brain adds nothing', async () => {
    const agentId = await agent();
    await expect(saveMetrics(database, epoch - 1, [delta(agentId)])).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await expect(saveBreakerMoves(database, epoch - 1, [move(agentId)])).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await database.run(widths, [agentId])).toEqual([]);
    expect(await database.run(audited, [agentId])).toEqual([]);
  });

  test('what is old is forgotten, width by width', async () => {
    const agentId = await agent();
    const left = async (seconds: number): Promise<number[]> => {
      await database.run(age, [seconds, agentId]);
      await forgetMetrics(database);
      return (await database.run<{ width: number }>(widths, [agentId])).map(({ width }) => width);
    };
    await saveMetrics(database, epoch, [delta(agentId)]);
    expect(await left(0)).toEqual([10, 60, 3600]);
    expect(await left(2.1 * 3600)).toEqual([60, 3600]);
    expect(await left(2 * 86_400)).toEqual([3600]);
    expect(await left(90 * 86_400)).toEqual([]);
  });

  test('a new brain is told of the last minutes of those who are present', async () => {
    const [present, gone] = [await agent(), await agent({ state: 'terminated' })];
    await saveMetrics(
      database,
      epoch,
      [present, gone].map((id) => delta(id)),
    );
    const seeds = (await loadMetricsSeeds(database)).filter(({ agentId }) => [present, gone].includes(agentId));
    expect(seeds).toEqual([
      { agentId: present, capability: 'a.b', attempts: 3, succeeded: 2, meanMs: 15, at: expect.any(Date) },
    ]);
  });

  test('success rates are told of those with enough attempts', async () => {
    const [enough, few] = [await agent(), await agent()];
    await saveMetrics(database, epoch, [
      delta(enough, { completed: 7, failed: 2 }),
      delta(enough, { capability: 'c.d', completed: 1, failed: 0 }),
      delta(few, { completed: 9, failed: 0 }),
    ]);
    const rates = await readSuccessRates(database);
    expect([rates.get(enough), rates.get(few)]).toEqual([0.8, undefined]);
  });

  test('availability counts all who had the name, over a day at most', async () => {
    const name = 'often-away';
    await agent({ name, state: 'terminated', since: 100_000, endedAgo: 43_200 });
    const now = await agent({ name, since: 21_600 });
    const always = await agent();
    const shares = await readAvailability(database, [now, always]);
    expect(shares.get(now)).toBeCloseTo(0.75, 3);
    expect(shares.get(always)).toBe(1);
  });

  const move = (agentId: string, more: Partial<SavedBreakerMove> = {}): SavedBreakerMove => ({
    ...{ agentId, capability: 'a.b', from: 'closed', to: 'open', openings: 1, reason: 'failed', coolDownMs: 2000 },
    ...more,
  });

  test('moves of breakers are kept and audited without a gap, those of ended agents are not loaded', async () => {
    const [agentId, ended] = [await agent(), await agent({ state: 'terminated' })];
    const half = move(agentId, { from: 'open', to: 'half-open', reason: 'cooled down', coolDownMs: null });
    await saveBreakerMoves(database, epoch, [move(agentId), move(agentId, { capability: 'c.d' }), half, move(ended)]);
    await saveBreakerMoves(database, epoch, [move(agentId, { from: 'half-open', openings: 2 })]);
    const rows = (await loadBreakers(database)).filter((row) => [agentId, ended].includes(row.agentId));
    expect(rows).toMatchObject([
      { agentId, capability: 'a.b', state: 'open', openings: 2, nextProbeAt: expect.any(Date) },
      { agentId, capability: 'c.d', state: 'open', openings: 1 },
    ]);
    await database.run(ageBreakers, [[agentId, ended]]);
    await forgetBreakers(database);
    const left = await database.run<{ id: string }>(breakersOf, [[agentId, ended]]);
    expect(left.map(({ id }) => id)).toEqual([agentId, agentId]);
    expect(await database.run(audited, [agentId])).toEqual([
      { seq: 1, from: 'closed', to: 'open', reason: 'a.b: failed' },
      { seq: 2, from: 'closed', to: 'open', reason: 'c.d: failed' },
      { seq: 3, from: 'open', to: 'half-open', reason: 'a.b: cooled down' },
      { seq: 4, from: 'half-open', to: 'open', reason: 'a.b: failed' },
    ]);
  });
});
