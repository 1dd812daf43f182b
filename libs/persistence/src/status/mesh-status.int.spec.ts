import { randomUUID } from 'node:crypto';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { takeBrainLease } from '../leases/brain-lease';
import { statement } from '../sql';
import { agentStatesNow, countOpenWorkflows, lostCriticalAgents, readBrainLease } from './mesh-status';

const addAgent = statement(
  'spec-agent',
  `with a as (
     insert into agents (id, name, family, incarnation, version, state, tags, host, pid, concurrency, terminated_at)
     values ($1, $2, 'probe', $3, '1', $4, $5, 'h', 1, 1, case when $4 = 'terminated' then now() end) returning *
   )
   insert into audit (subject, subject_id, seq, to_state, actor, reason) select 'agent', id, seq, state, 'test', $6 from a`,
);

describe('mesh status', () => {
  let holder: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    holder = await testDatabase();
    database = new Database({ url: holder.url, name: 'status-spec' });
  });
  afterAll(async () => {
    await database?.close();
    await holder?.close();
  });

  interface Given {
    readonly incarnation?: number;
    readonly state?: string;
    readonly critical?: boolean;
    readonly reason?: string;
  }
  const add = (name: string, { incarnation = 1, state = 'idle', critical = true, reason }: Given) =>
    database.run(addAgent, [randomUUID(), name, incarnation, state, critical ? ['critical'] : [], reason ?? null]);

  test('the lease is free at first, and held with its epoch once taken', async () => {
    await expect(readBrainLease(database)).resolves.toEqual({ held: false, epoch: 0, holder: null, expiresAt: null });
    const holderId = randomUUID();
    await takeBrainLease(database, holderId, 60_000);
    const lease = await readBrainLease(database);
    expect(lease).toMatchObject({ held: true, epoch: 1, holder: holderId });
    expect(lease.expiresAt?.getTime()).toBeGreaterThan(Date.now());
    await expect(countOpenWorkflows(database)).resolves.toEqual({});
  });

  test('a critical agent counts as lost until it is replaced; one that left as planned never does', async () => {
    await add('alive', {});
    await add('lost', { state: 'terminated', reason: 'lost' });
    await add('replaced', { state: 'terminated', reason: 'lost' });
    await add('replaced', { incarnation: 2 });
    await add('removed', { state: 'terminated', reason: 'removed' });
    await add('ordinary', { state: 'terminated', reason: 'lost', critical: false });
    await add('broken', { state: 'error' });
    await expect(lostCriticalAgents(database, 'critical')).resolves.toEqual(['broken', 'lost']);
    const states = await agentStatesNow(database);
    const shown = states.map(({ name, state }) => `${name} ${state}`).sort();
    expect(shown).toEqual([
      'alive idle',
      'broken error',
      'lost terminated',
      'ordinary terminated',
      'removed terminated',
      'replaced idle',
    ]);
  });
});
