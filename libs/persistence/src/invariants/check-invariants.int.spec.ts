import { testDatabase, type TestDatabase } from '@baton/testing';
import { Database } from '../database';
import { statement } from '../sql';
import { checkInvariants } from './check-invariants';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'invariants', connections: 1 });
});
afterAll(async () => {
  await database.close();
  await place.close();
});

const id = '01890000-0000-7000-8000-000000000001';
const second = '01890000-0000-7000-8000-000000000002';
const agent = '01890000-0000-7000-8000-00000000000a';
const other = '01890000-0000-7000-8000-00000000000b';
const flow = '01890000-0000-7000-8000-0000000000f1';
const late = `now() - interval '1 hour'`;
let names = 0;
const run = (text: string) => database.run(statement(`spec-${names++}`, text));

type Row = Readonly<Record<string, string | number>>;
const insert = (table: string, row: Row) =>
  run(`insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`);
const text = (value: string): string => `'${value}'`;

const task = (state: string, more: Row = {}) => {
  const born = {
    id: text(id),
    capability: text('x.y'),
    priority: 5,
    rank: 0,
    input: text('1'),
    created_by: text('user:x'),
  };
  return insert('tasks', { ...born, timeout_ms: 1000, max_retries: 3, state: text(state), ...more });
};
const held = {
  agent_id: text(agent),
  token: text(agent),
  assigned_at: late,
  attempt_deadline: `now() + interval '1 hour'`,
};
const finished = { finished_at: 'now()', output: text('1') };
const step = (seq: number, from: string | null, to: string, more: Row = {}) => {
  const subject = { subject: text('task'), subject_id: text(id), actor: text('orchestrator') };
  return insert('audit', { ...subject, seq, from_state: from ? text(from) : 'null', to_state: text(to), ...more });
};
const agentRow = (more: Row = {}) => {
  const born = {
    id: text(agent),
    name: text('a'),
    family: text('f'),
    incarnation: 1,
    version: text('1'),
    state: text('idle'),
  };
  return insert('agents', { ...born, host: text('h'), pid: 1, concurrency: 1, ...more });
};
const workflowRow = (state: string, more: Row = {}) => {
  const born = { id: text(flow), name: text('w'), state: text(state), definition: text('{}'), input: text('{}') };
  return insert('workflows', { ...born, created_by: text('user:x'), ...more });
};
const ofStep = { workflow_id: text(flow), step_id: text('s') };
const stepRow = (more: Row) =>
  insert('workflow_steps', { workflow_id: text(flow), key: text('s'), step_id: text('s'), ...more });

/** Two completed tasks with one spread key, done by agents of these names. */
async function spreadOver(first: string, another: string): Promise<void> {
  const options = text('{"spreadKey":"k"}');
  await agentRow({ name: text(first) });
  await agentRow({ id: text(other), name: text(another), incarnation: 2 });
  await task('completed', { ...finished, options, agent_id: text(agent) });
  await task('completed', { ...finished, options, agent_id: text(other), id: text(second) });
}

/** Two tasks under one key with a limit of one: the second goes out while the first is there, or right after it. */
async function underOneKey(firstEndsAt: string): Promise<void> {
  const options = text('{"concurrencyKey":"k","concurrencyLimit":1}');
  for (const each of [id, second]) await task('assigned', { ...held, id: text(each), seq: 2, attempt: 1, options });
  await step(2, 'queued', 'assigned', { attempt: 1, at: `now() - interval '10 seconds'` });
  await step(3, 'assigned', 'completed', { attempt: 1, at: firstEndsAt });
  const ofSecond = { subject_id: text(second), attempt: 1, at: `now() - interval '5 seconds'` };
  await step(2, 'queued', 'assigned', ofSecond);
}

/** Every rule, and a state of the database that breaks it. */
const cases: [string, () => Promise<unknown>][] = [
  ['task-kept', () => step(1, null, 'queued')],
  ['one-final', () => step(4, 'completed', 'queued')],
  ['one-outcome', async () => [await step(3, 'assigned', 'completed'), await step(5, 'running', 'completed')]],
  ['finished', () => task('completed', { output: text('1') })],
  ['outcome-kept', () => task('completed', { finished_at: 'now()' })],
  ['gapless', async () => [await task('queued', { seq: 2 }), await step(1, null, 'queued')]],
  ['chain', async () => [await step(1, null, 'queued'), await step(2, 'running', 'completed')]],
  ['legal', async () => [await step(1, null, 'queued'), await step(2, 'queued', 'running')]],
  ['gapless-workflow', () => workflowRow('created')],
  ['gapless-agent', () => agentRow()],
  ['gapless-channel', () => insert('channels', { name: text('x'), types: text('{}'), created_by: text('x') })],
  ['one-end', async () => [await step(3, 'assigned', 'queued'), await step(4, 'assigned', 'completed')]],
  ['numbered', async () => [await step(1, null, 'queued'), await step(2, 'queued', 'assigned', { attempt: 2 })]],
  ['current', async () => [await task('queued', { attempt: 1 }), await step(1, null, 'queued')]],
  [
    'same-agent',
    async () => {
      await step(2, 'queued', 'assigned', { attempt: 1, agent_id: text(agent) });
      await step(3, 'assigned', 'completed', { attempt: 1, agent_id: text(other) });
    },
  ],
  ['owned', () => task('running')],
  ['overdue', () => task('assigned', { ...held, attempt_deadline: late })],
  [
    'held-by-the-dead',
    async () => [await agentRow({ state: text('terminated'), terminated_at: late }), await task('running', held)],
  ],
  ['woken', () => task('queued', { run_at: late })],
  ['expired', () => task('queued', { deadline: late })],
  ['awaited', () => task('waiting', { awaiting: text('k') })],
  [
    'spawned-for-nobody',
    async () => {
      await task('completed', { ...finished, finished_at: late });
      await task('queued', { id: text(second), parent_id: text(id), spawn_key: text('k'), spawn_index: 0 });
    },
  ],
  ['key-limit', () => underOneKey(`now() - interval '1 second'`)],
  ['spread', () => spreadOver('a', 'a')],
  [
    'receipts',
    async () => [
      await task('completed', { ...finished, ...ofStep }),
      await task('completed', { ...finished, ...ofStep, id: text(second) }),
    ],
  ],
  [
    'workflow-over',
    async () => [await workflowRow('completed', { finished_at: 'now()' }), await task('queued', ofStep)],
  ],
  [
    'step-owned',
    async () => {
      await workflowRow('running');
      await stepRow({ state: text('running'), task_id: text(id) });
      await task('completed', { ...finished, ...ofStep, finished_at: late });
    },
  ],
  ['run-moves', () => workflowRow('running', { wake_at: 'null' })],
  ['run-woken', () => workflowRow('paused', { wake_at: late })],
  [
    'inside-ended',
    async () => {
      await workflowRow('running');
      const ended = { state: text('completed'), finished_at: 'now()' };
      for (const key of ['s', 's[3]', 's[3]/deep']) await stepRow({ ...ended, key: text(key) });
      await stepRow({ state: text('waiting'), key: text('s[3]/deep[0]') });
    },
  ],
  [
    'inbox-read',
    async () => [
      await workflowRow('running'),
      await insert('workflow_inbox', {
        workflow_id: text(flow),
        kind: text('pause'),
        actor: text('x'),
        created_at: late,
      }),
    ],
  ],
];

/** The audit cannot be emptied (that is its point), so each state exists inside a transaction that is rolled back. */
async function brokenBy(arrange: () => Promise<unknown>): Promise<string[]> {
  await run('begin');
  try {
    await arrange();
    return (await checkInvariants(database)).violations.map(({ name }) => name);
  } finally {
    await run('rollback');
  }
}

test('a database in which nothing happened breaks nothing, and every rule has a case here', async () => {
  const { checked, violations } = await checkInvariants(database);
  expect(violations).toEqual([]);
  expect(new Set(cases.map(([name]) => name)).size).toBe(checked);
});

test.each(cases)('%s: what breaks it is found', async (name, arrange) => {
  expect(await brokenBy(arrange)).toContain(name);
});

test('a task that was born, tried twice and completed breaks nothing', async () => {
  const life = async (): Promise<void> => {
    await task('completed', { ...finished, ...held, seq: 6, attempt: 2 });
    await step(1, null, 'queued');
    await step(2, 'queued', 'assigned', { attempt: 1, agent_id: text(agent) });
    await step(3, 'assigned', 'running', { attempt: 1, agent_id: text(agent) });
    await step(4, 'running', 'queued', { attempt: 1, agent_id: text(agent) });
    await step(5, 'queued', 'assigned', { attempt: 2, agent_id: text(other) });
    await step(6, 'assigned', 'completed', { attempt: 2, agent_id: text(other) });
  };
  expect(await brokenBy(life)).toEqual([]);
});

test('what somebody let run again may complete again, and what is inside a step that goes on may go on', async () => {
  const again = async (): Promise<void> => {
    await workflowRow('running', { seq: 1, wake_at: 'now()' });
    const entry = { subject: text('workflow'), subject_id: text(flow), actor: text('user:x'), seq: 1 };
    await insert('audit', { ...entry, to_state: text('running'), reason: text('run again from s') });
    for (const each of [id, second]) await task('completed', { ...finished, ...ofStep, id: text(each) });
    await stepRow({ state: text('running') });
    await stepRow({ state: text('waiting'), key: text('s[0]') });
  };
  const broken = await brokenBy(again);
  for (const rule of ['receipts', 'inside-ended', 'run-moves', 'run-woken']) expect(broken).not.toContain(rule);
});

test('one spread key over two names is as it should be', async () => {
  expect(await brokenBy(() => spreadOver('a', 'b'))).not.toContain('spread');
});

test('a key that is free again at the very moment may be taken', async () => {
  expect(await brokenBy(() => underOneKey(`now() - interval '5 seconds'`))).not.toContain('key-limit');
});

test('a list of accepted tasks is held against the table; many missing ones are counted, ten shown', async () => {
  const ids = Array.from({ length: 30_000 }, (_, n) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`);
  const { violations } = await checkInvariants(database, { accepted: ids });
  expect(violations).toMatchObject([{ invariant: 'I1', name: 'accepted', count: 30_000 }]);
  expect(violations[0]?.examples).toHaveLength(10);
});
