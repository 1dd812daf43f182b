import { type TestDatabase, testDatabase } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { Database } from '../database';
import { keyed, statement } from '../sql';
import { claimTasks } from './claim-tasks';
import { insertTasks, type NewTask } from './insert-tasks';
import { recordAttempts } from './record-attempts';

const WAITING = 3000;
const FEW = 10;
const FLUSH = keyed('test-flush', 'select pg_stat_force_next_flush()');
const READ = statement(
  'test-rows-read',
  `select (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'tasks')
        + (select seq_tup_read from pg_stat_user_tables where relname = 'tasks') as rows`,
);
const EPOCH = statement('test-epoch', `select epoch from leases where name = 'brain'`);

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await testDatabase();
  database = new Database({ url: own.url, name: 'plans', connections: 1 });
});
afterAll(async () => {
  await database?.close();
  await own?.close();
});

const task = (): NewTask => ({
  ...{
    id: uuidV7() as NewTask['id'],
    capability: 'a.b',
    priority: 5,
    rank: 1,
    input: '1',
    options: null,
    timeoutMs: 1000,
  },
  ...{ maxRetries: 0, runAt: null, deadline: null, targetAgentId: null, idempotencyKey: null, workflowId: null },
  ...{ stepId: null, traceparent: null, createdBy: 'user:test' },
});

async function rowsRead(): Promise<number> {
  await database.run(FLUSH);
  const [row] = await database.run<{ rows: string }>(READ);
  return Number(row?.rows);
}

/** Claims some and records their ends, as often as it takes for the plans to be kept. */
async function turnOver(tasks: readonly NewTask[], epoch: number): Promise<void> {
  for (let first = 0; first < tasks.length; first += FEW) {
    const ids = tasks.slice(first, first + FEW).map(({ id }) => id);
    const claims = ids.map((taskId) => ({ taskId, agentId: uuidV7(), token: uuidV7(), why: null }));
    const claimed = await claimTasks(database, epoch, claims);
    expect(claimed).toHaveLength(FEW);
    const ends = claimed.map(({ id, token }) => ({ taskId: id, token: token }));
    const rest = {
      from: 'assigned',
      to: 'completed',
      output: '1',
      error: null,
      failures: 0,
      losses: 0,
      runAt: null,
    } as const;
    const more = {
      capability: 'a.b',
      options: null,
      actor: 'test',
      reason: null,
      details: null,
      cost: null,
      quality: null,
      turnAt: null,
    };
    expect(
      await recordAttempts(
        database,
        epoch,
        ends.map((end) => ({ ...end, ...rest, ...more })),
      ),
    ).toEqual(new Set());
  }
}

test('S10 claims and ends look their tasks up, also while the database has never looked at the table', async () => {
  const tasks = Array.from({ length: WAITING }, task);
  await database.run(FLUSH);
  await insertTasks(database, tasks.slice(0, FEW * 10));
  const [lease] = await database.run<{ epoch: string }>(EPOCH);
  const epoch = Number(lease?.epoch);
  await turnOver(tasks.slice(0, FEW * 10), epoch);
  for (let first = FEW * 10; first < WAITING; first += 500)
    await insertTasks(database, tasks.slice(first, first + 500));
  const before = await rowsRead();
  await turnOver(tasks.slice(FEW * 10, FEW * 20), epoch);
  // Two lookups a task, and dead versions of its row.
  expect((await rowsRead()) - before).toBeLessThan(FEW * 10 * 20);
});
