import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { Database } from '../database';
import { statement } from '../sql';
import { claimTasks } from '../tasks/claim-tasks';
import { expireTasks } from '../tasks/control-tasks';
import { moveAttempts, startAttempts } from '../tasks/progress-attempts';
import { promoteScheduledTasks, wakeBackedOffTasks } from '../tasks/ready-tasks';
import { type AttemptRecord, recordAttempts } from '../tasks/record-attempts';
import { rejectTasks } from '../tasks/reject-tasks';
import { rerouteTasks } from '../tasks/reroute-tasks';
import { insertSpawned } from '../spawned/insert-spawned';
import { cancelOrphans, wakeAllParents, wakeParents } from '../spawned/wake-parents';
import { giveUpBrainLease, renewBrainLease, takeBrainLease } from './brain-lease';

/** I3, each fence on its own: everything else about the write is right, or switched off. */
const TTL_MS = 60_000;
let place: TestDatabase;
let database: Database;
let names = 0;
const run = (text: string) => database.run(statement(`spec-${names++}`, text));

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'fences', connections: 2 });
});
afterAll(async () => {
  await database.close();
  await place.close();
});

interface Task {
  readonly id: string;
  readonly token: string;
}
type State = 'scheduled' | 'queued' | 'waiting' | 'assigned' | 'running' | 'canceled';
const PAST = `now() - interval '1 second'`;

async function aTask(state: State, columns: Readonly<Record<string, string>> = {}): Promise<Task> {
  const task = { id: uuidV7(), token: uuidV7() };
  const held = state === 'assigned' || state === 'running' || state === 'canceled';
  const all = {
    ...(held ? { token: `'${task.token}'`, agent_id: `'${uuidV7()}'`, attempt: '1', assigned_at: 'now()' } : {}),
    ...columns,
  };
  const extra = Object.keys(all)
    .map((name) => `, ${name}`)
    .join('');
  const values = Object.values(all)
    .map((value) => `, ${value}`)
    .join('');
  await run(`insert into tasks (id, capability, priority, rank, state, input, timeout_ms, max_retries, created_by${extra})
    values ('${task.id}', 'x.y', 5, 0, '${state}', '1', 1000, 0, 'user:x'${values})`);
  return task;
}

/** All of the row that a writer could change, and the number of its audit entries. */
async function look({ id }: Task): Promise<unknown> {
  const [row] = await run(`select to_jsonb(t) as row, (select count(*) from audit where subject_id = '${id}') as entries
    from tasks t where id = '${id}'`);
  return row;
}

const record = ({ id, token }: Task, from: 'assigned' | 'running' = 'assigned'): AttemptRecord => ({
  ...{ taskId: id, token, from, to: 'completed', output: '2', error: null, failures: 0, losses: 0, runAt: null },
  ...{
    capability: 'x.y',
    options: null,
    actor: 'agent:x',
    reason: null,
    details: null,
    cost: null,
    quality: null,
    turnAt: null,
  },
});
const progress = ({ id: taskId, token }: Task) => [{ taskId, token, phase: 'executing', percent: 50 }];
const claim = ({ id: taskId }: Task) => [{ taskId, agentId: uuidV7(), token: uuidV7(), why: null }];
const rejection = ({ id: taskId }: Task) => [{ taskId, code: 'DEGRADED' as const, message: 'm' }];
const reroute = ({ id: taskId }: Task) => [{ taskId, from: 'x.y', to: 'z.z', fallback: [] }];

/** What it waits for is over: its only task has ended, or is of another batch. */
const aWaitingTask = () => aTask('waiting', { awaiting: `'k'` });
const spawned = ({ id }: Task) => {
  const task = { id: uuidV7(), capability: 'x.y', priority: 5, rank: 1, input: '1', options: null, timeoutMs: 1000 };
  const times = { runAt: null, deadline: null, maxRetries: 0, targetAgentId: null, idempotencyKey: null };
  const origin = { workflowId: null, stepId: null, traceparent: null, createdBy: 'agent:x' };
  return [{ parentId: id, key: 'l', depth: 1, batches: '{"l":1}', tasks: [{ ...task, ...times, ...origin }] }] as never;
};
/** Its parent has ended. */
async function anOrphan(): Promise<Task> {
  const parent = await aTask('canceled', { finished_at: 'now()' });
  return aTask('queued', { parent_id: `'${parent.id}'`, spawn_key: `'k'`, spawn_index: '0' });
}

/** Every write of the brain to tasks: by the name of its statement, on a task that it would change. */
const writes: [string, () => Promise<Task>, (epoch: number, task: Task) => Promise<unknown>][] = [
  ['tasks-claim', () => aTask('queued'), (epoch, task) => claimTasks(database, epoch, claim(task))],
  ['attempts-record', () => aTask('assigned'), (epoch, task) => recordAttempts(database, epoch, [record(task)])],
  ['attempts-start', () => aTask('assigned'), (epoch, task) => startAttempts(database, epoch, progress(task))],
  ['attempts-move', () => aTask('running'), (epoch, task) => moveAttempts(database, epoch, progress(task))],
  ['tasks-promote', () => aTask('scheduled', { run_at: PAST }), (epoch) => promoteScheduledTasks(database, epoch, 9)],
  ['tasks-wake', () => aTask('queued', { run_at: PAST }), (epoch) => wakeBackedOffTasks(database, epoch, 9)],
  ['tasks-expire', () => aTask('queued', { deadline: PAST }), (epoch) => expireTasks(database, epoch, 9)],
  ['tasks-reject', () => aTask('queued'), (epoch, task) => rejectTasks(database, epoch, rejection(task))],
  [
    'tasks-reroute',
    () => aTask('queued', { options: `'{"fallback":["z.z"]}'` }),
    (epoch, task) => rerouteTasks(database, epoch, reroute(task)),
  ],
  ['tasks-await', aWaitingTask, (epoch, task) => insertSpawned(database, epoch, spawned(task))],
  ['tasks-wake-parents', aWaitingTask, (epoch, task) => wakeParents(database, epoch, [task.id])],
  ['tasks-wake-all-parents', aWaitingTask, (epoch) => wakeAllParents(database, epoch)],
  ['tasks-spawned-orphans', anOrphan, (epoch) => cancelOrphans(database, epoch, 9)],
];

/** One brain after another; the epochs of both. */
async function takeover(): Promise<{ old: number; now: number }> {
  const [first, second] = [uuidV7(), uuidV7()];
  await run(`update leases set expires_at = '-infinity'`);
  const old = (await takeBrainLease(database, first, TTL_MS)) as number;
  expect(await takeBrainLease(database, second, TTL_MS)).toBeUndefined();
  await run(`update leases set expires_at = '-infinity'`);
  const now = (await takeBrainLease(database, second, TTL_MS)) as number;
  expect(now).toBe(old + 1);
  expect(await renewBrainLease(database, first, old, TTL_MS)).toBe(false);
  return { old, now };
}

test.each(writes)('epoch: %s of an old brain is refused, whatever else is right', async (_, arrange, write) => {
  const { old, now } = await takeover();
  const task = await arrange();
  const before = await look(task);
  await expect(write(old, task)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(await look(task)).toEqual(before);
  await write(now, task);
  expect(await look(task)).not.toEqual(before);
});

test('epoch: no fenced write to tasks is missing above', () => {
  const sources = ['../tasks', '../spawned'].flatMap((name) => {
    const folder = join(__dirname, name);
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  });
  const statements = sources.flatMap((source) => source.split(/\b(?:statement|keyed)\(/).slice(1));
  const fenced = statements.filter((text) => text.includes('fence($1)')).map((text) => /'([\w-]+)'/.exec(text)?.[1]);
  expect(writes.map(([name]) => name).sort()).toEqual(fenced.sort());
});

test('epoch: a takeover waits for a write that is under way, and a renewal does not', async () => {
  const { now } = await takeover();
  const [row] = await database.run<{ holder: string }>(statement('spec-holder', 'select holder from leases'));
  const task = await aTask('queued');
  let taken: Promise<unknown> = Promise.resolve();
  let done = false;
  const other = new Database({ url: place.url, name: 'other', connections: 1 });
  await database.transaction(async (sql) => {
    await claimTasks(sql, now, claim(task));
    expect(await renewBrainLease(other, row?.holder as string, now, -1)).toBe(true);
    taken = takeBrainLease(other, uuidV7(), TTL_MS).finally(() => (done = true));
    const waiting = `select 1 from pg_locks where not granted`;
    for (let rows = await run(waiting); rows.length === 0; rows = await run(waiting));
    expect(done).toBe(false);
  });
  expect(await taken).toBe(now + 1);
  await other.close();
});

test('whoever could not give the lease up takes it again at once, under a new epoch', async () => {
  const holder = uuidV7();
  await run(`update leases set expires_at = '-infinity'`);
  const first = (await takeBrainLease(database, holder, TTL_MS)) as number;
  expect(await takeBrainLease(database, holder, TTL_MS)).toBe(first + 1);
  await giveUpBrainLease(database, holder, first);
  expect(await takeBrainLease(database, uuidV7(), TTL_MS)).toBeUndefined();
});

/** From here on the database lets every epoch pass. */
describe('without the fence of epochs', () => {
  beforeAll(() => run(`create or replace function fence(held bigint) returns boolean language sql as 'select true'`));

  test.each<[string, () => Promise<Task>, (task: Task) => Promise<unknown>]>([
    ['attempts-record', () => aTask('assigned'), (task) => recordAttempts(database, -1, [record(task)])],
    ['attempts-start', () => aTask('assigned'), (task) => startAttempts(database, -1, progress(task))],
    ['attempts-move', () => aTask('running'), (task) => moveAttempts(database, -1, progress(task))],
  ])('token: %s with another token changes nothing', async (_, arrange, write) => {
    const task = await arrange();
    const before = await look(task);
    await write({ ...task, token: uuidV7() });
    expect(await look(task)).toEqual(before);
    await write(task);
    expect(await look(task)).not.toEqual(before);
  });

  test.each<[string, State, (task: Task) => Promise<unknown>]>([
    ['tasks-claim', 'assigned', (task) => claimTasks(database, -1, claim(task))],
    ['tasks-claim', 'canceled', (task) => claimTasks(database, -1, claim(task))],
    ['attempts-record', 'canceled', (task) => recordAttempts(database, -1, [record(task)])],
    ['attempts-record', 'running', (task) => recordAttempts(database, -1, [record(task, 'assigned')])],
    ['attempts-record', 'assigned', (task) => recordAttempts(database, -1, [record(task, 'running')])],
    ['attempts-start', 'running', (task) => startAttempts(database, -1, progress(task))],
    ['attempts-start', 'canceled', (task) => startAttempts(database, -1, progress(task))],
    ['attempts-move', 'assigned', (task) => moveAttempts(database, -1, progress(task))],
    ['attempts-move', 'canceled', (task) => moveAttempts(database, -1, progress(task))],
    ['tasks-reject', 'assigned', (task) => rejectTasks(database, -1, rejection(task))],
    ['tasks-reroute', 'assigned', (task) => rerouteTasks(database, -1, reroute(task))],
  ])('state: %s of a task that is %s by now changes nothing', async (_, state, write) => {
    const task = await aTask(state);
    const before = await look(task);
    await write(task);
    expect(await look(task)).toEqual(before);
  });

  test('state: a result is recorded once, the second time it is told as stale', async () => {
    const task = await aTask('assigned');
    expect([...(await recordAttempts(database, -1, [record(task)]))]).toEqual([]);
    const before = await look(task);
    expect([...(await recordAttempts(database, -1, [record(task)]))]).toEqual([task.id]);
    expect(await look(task)).toEqual(before);
  });
});
