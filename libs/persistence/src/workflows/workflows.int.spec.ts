import { type TaskId, type WorkflowId } from '@baton/contracts';
import { testDatabase, type TestDatabase } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { Database } from '../database';
import { readHistory } from '../history/subject-history';
import { takeBrainLease } from '../leases/brain-lease';
import { statement } from '../sql';
import { insertTasks } from '../tasks/insert-tasks';
import { nextTimedRuns } from './due-runs';
import { failWorkflow } from './fail-workflow';
import { insertWorkflow } from './insert-workflow';
import { loadWorkflowRows, loadWorkflowStepRows } from './load-workflows';
import { type SavedRun, type SavedStep, removeSteps, saveRuns, saveSteps } from './save-workflows';
import { findStartableRuns } from './startable-runs';
import { askedUnder, askWorkflow, isRequestWaiting, takeRequests } from './workflow-inbox';

let place: TestDatabase;
let database: Database;
let epoch: number;

beforeAll(async () => {
  place = await testDatabase();
  database = new Database({ url: place.url, name: 'test' });
  epoch = (await takeBrainLease(database, uuidV7(), 60_000)) as number;
});
afterAll(async () => {
  await database.close();
  await place.close();
});

const kinds = ['start', 'cancel'];

async function created(): Promise<WorkflowId> {
  const id = uuidV7() as WorkflowId;
  await insertWorkflow(database, {
    id,
    name: 'w',
    definition: '{}',
    definitions: null,
    input: '{"a":1}',
    progress: '{}',
    createdBy: 'user:ann',
  });
  return id;
}

const saved = (id: WorkflowId, more: Partial<SavedRun> = {}): SavedRun => ({
  id,
  from: 'created',
  to: 'running',
  input: '{"a":2}',
  output: null,
  error: null,
  progress: '{"percent":0}',
  signals: null,
  spent: null,
  wakeAt: null,
  startedAt: new Date(1000),
  finishedAt: null,
  moves: [{ from: 'created', to: 'running', actor: 'user:ann', reason: null, details: null }],
  ...more,
});
const savedStep = (workflowId: WorkflowId, key: string, more: Partial<SavedStep> = {}): SavedStep => ({
  workflowId,
  key,
  stepId: key.split('[')[0] as string,
  itemIndex: key.includes('[') ? Number(/\d+/.exec(key)?.[0]) : null,
  state: 'pending',
  taskId: null,
  attempts: 0,
  output: null,
  error: null,
  startedAt: null,
  finishedAt: null,
  cost: null,
  memo: null,
  ...more,
});

test('I2 transitions and their audit are one; a run in another state changes nothing', async () => {
  const id = await created();
  const other = await created();
  const moves = [
    { from: 'created' as const, to: 'running' as const, actor: 'user:ann', reason: null, details: null },
    { from: 'running' as const, to: 'completed' as const, actor: 'orchestrator', reason: 'all skipped', details: null },
  ];
  const done = saved(id, { to: 'completed', output: '1', moves, finishedAt: new Date(2000) });
  expect(await saveRuns(database, epoch, [done, saved(other, { from: 'paused' })])).toEqual(new Set([id]));
  const [row] = await loadWorkflowRows(database, [id]);
  expect(row).toMatchObject({ state: 'completed', input: '{"a":2}', output: '1', finishedAt: new Date(2000) });
  expect(
    (await readHistory(database, 'workflow', id)).map(({ from, to, actor, reason }) => [from, to, actor, reason]),
  ).toEqual([
    [null, 'created', 'user:ann', null],
    ['created', 'running', 'user:ann', null],
    ['running', 'completed', 'orchestrator', 'all skipped'],
  ]);
  expect(await readHistory(database, 'workflow', other)).toHaveLength(1);
});

test('progress alone leaves output, error, input and audit as they are', async () => {
  const id = await created();
  await saveRuns(database, epoch, [saved(id, { output: '7' })]);
  await saveRuns(database, epoch, [saved(id, { from: 'running', input: null, moves: [], progress: '{"percent":50}' })]);
  const [row] = await loadWorkflowRows(database, [id]);
  expect(row).toMatchObject({ state: 'running', input: '{"a":2}', output: '7' });
  expect(await readHistory(database, 'workflow', id)).toHaveLength(2);
});

test('I3 an old epoch writes nothing', async () => {
  const id = await created();
  const lost = { code: 'LEASE_LOST' };
  await expect(saveRuns(database, epoch - 1, [saved(id)])).rejects.toMatchObject(lost);
  await expect(saveSteps(database, epoch - 1, [savedStep(id, 'a')])).rejects.toMatchObject(lost);
  await saveSteps(database, epoch, [savedStep(id, 'kept'), savedStep(id, 'gone')]);
  await expect(removeSteps(database, epoch - 1, [{ workflowId: id, key: 'kept' }])).rejects.toMatchObject(lost);
  await removeSteps(database, epoch, [{ workflowId: id, key: 'gone' }]);
  expect((await loadWorkflowStepRows(database, [id])).map(({ key }) => key)).toEqual(['kept']);
  const failure = { code: 'X', message: 'm', retryable: false };
  await expect(failWorkflow(database, epoch - 1, id, failure)).rejects.toMatchObject(lost);
  await askWorkflow(database, { workflowId: id, kind: 'start', payload: null, actor: 'x' }, ['created']);
  await expect(takeRequests(database, epoch - 1, { ids: [id], kinds, limit: 10 })).rejects.toMatchObject(lost);
  expect(await takeRequests(database, epoch, { ids: [id], kinds, limit: 10 })).toHaveLength(1);
});

test('steps come back with the output their task holds, elements in order', async () => {
  const id = await created();
  const taskId = uuidV7() as TaskId;
  const task = {
    id: taskId,
    capability: 'x',
    priority: 5,
    rank: 1,
    input: '1',
    options: null,
    timeoutMs: 1,
    maxRetries: 0,
    runAt: null,
  };
  const rest = {
    deadline: null,
    targetAgentId: null,
    idempotencyKey: null,
    workflowId: id,
    stepId: 'e[10]',
    traceparent: null,
    createdBy: 'x',
  };
  await insertTasks(database, [{ ...task, ...rest }]);
  await database.run(
    statement('t-end', `update tasks set state = 'completed', output = '"out"', attempt = 3 where id = $1`),
    [taskId],
  );
  const keys = ['e[10]', 'e[9]', 'e', 'a', 'e[2]'];
  await saveSteps(
    database,
    epoch,
    keys.map((key) => savedStep(id, key)),
  );
  await saveSteps(database, epoch, [
    savedStep(id, 'e[10]', { state: 'completed', taskId }),
    savedStep(id, 'a', { state: 'completed', output: '[]' }),
  ]);
  const rows = await loadWorkflowStepRows(database, [id]);
  expect(rows.map(({ key }) => key)).toEqual(['a', 'e', 'e[2]', 'e[9]', 'e[10]']);
  expect(rows.at(-1)).toMatchObject({ state: 'completed', output: '"out"', taskState: 'completed', taskAttempt: 3 });
  expect(rows[0]).toMatchObject({ output: '[]', taskState: null });
});

test('requests are taken once, oldest first, and only asked of a workflow that can', async () => {
  const id = await created();
  const ask = (kind: string, states: ['created'] | ['paused']) =>
    askWorkflow(database, { workflowId: id, kind, payload: null, actor: 'user:ann' }, states);
  expect(await ask('resume', ['paused'])).toBeUndefined();
  const newer = (await ask('of a newer version', ['created'])) as string;
  const first = (await ask('start', ['created'])) as string;
  await ask('cancel', ['created']);
  expect(await isRequestWaiting(database, first)).toBe(true);
  expect((await takeRequests(database, epoch, { ids: null, kinds, limit: 1 })).map(({ kind }) => kind)).toEqual([
    'start',
  ]);
  expect(await isRequestWaiting(database, first)).toBe(false);
  expect(
    (await takeRequests(database, epoch, { ids: [id], kinds, limit: 10 })).map(({ kind, task }) => [kind, task]),
  ).toEqual([['cancel', null]]);
  expect(await takeRequests(database, epoch, { ids: null, kinds, limit: 10 })).toEqual([]);
  expect(await isRequestWaiting(database, newer)).toBe(true);
});

test('runs with something to start are found, others are not', async () => {
  const [ready, elements, waiting, paused] = [
    await created(),
    await created(),
    await created(),
    await created(),
  ] as const;
  await saveRuns(database, epoch, [saved(ready), saved(elements), saved(waiting), saved(paused, { to: 'paused' })]);
  await saveSteps(database, epoch, [
    savedStep(ready, 'a', { state: 'ready' }),
    savedStep(elements, 'e[1]'),
    savedStep(waiting, 'a'),
    savedStep(paused, 'a', { state: 'ready' }),
  ]);
  const found = await findStartableRuns(database);
  expect([ready, elements, waiting, paused].map((id) => found.includes(id))).toEqual([true, true, false, false]);
});

test('created to be started: the request is there with the workflow', async () => {
  const id = uuidV7() as WorkflowId;
  const workflow = { id, name: 'w', definition: '{}', definitions: '[]', input: '{}', progress: '{}', createdBy: 'u' };
  const request = (await insertWorkflow(database, workflow, { start: true })) as string;
  expect(await isRequestWaiting(database, request)).toBe(true);
  const taken = await takeRequests(database, epoch, { ids: [id], kinds, limit: 1 });
  expect(taken).toMatchObject([{ kind: 'start', workflowId: id, actor: 'u', payload: null, task: null }]);
  expect(await loadWorkflowRows(database, [id])).toMatchObject([{ definitions: '[]', signals: null, wakeAt: null }]);
});

test('asked twice under one key it is done once; under another key again', async () => {
  const id = await created();
  const ask = (key: string, fingerprint: string) =>
    askWorkflow(database, { workflowId: id, kind: 'signal', payload: '1', actor: 'x' }, ['created'], {
      key,
      fingerprint,
    });
  expect(await ask('k', 'one')).toBeDefined();
  expect(await ask('k', 'one')).toBeUndefined();
  expect(await askedUnder(database, id, 'k')).toBe('one');
  expect(await ask('other', 'one')).toBeDefined();
  expect(await askedUnder(database, id, 'none')).toBeUndefined();
  expect(await takeRequests(database, epoch, { ids: [id], kinds: ['signal'], limit: 10 })).toHaveLength(2);
});

test('timers: the runs that are due first, whatever they wait for; an ended one has none', async () => {
  const [late, soon, over] = [await created(), await created(), await created()] as const;
  const at = (id: WorkflowId, time: number | null) =>
    saved(id, { wakeAt: time === null ? null : new Date(time), signals: '[]', spent: '{"tasks":1}' });
  await saveRuns(database, epoch, [at(late, 5000), at(soon, 10), at(over, 20)]);
  await failWorkflow(database, epoch, over, { code: 'X', message: 'm', retryable: false });
  const ids = [late, soon, over];
  const timed = (await nextTimedRuns(database, 100)).filter((run) => ids.includes(run.id));
  expect(timed).toEqual([
    { id: soon, wakeAt: new Date(10) },
    { id: late, wakeAt: new Date(5000) },
  ]);
  expect(await nextTimedRuns(database, 1)).toHaveLength(1);
  expect(await loadWorkflowRows(database, [soon])).toMatchObject([
    { signals: '[]', spent: '{"tasks":1}', wakeAt: new Date(10) },
  ]);
});

test('I2 decisions are in the audit between the transitions, numbered with them', async () => {
  const id = await created();
  const note = { from: 'running', to: 'running', actor: 'orchestrator', reason: 'awarded' } as const;
  const moves = [...saved(id).moves, { ...note, details: '{"step":"a","score":1}' }];
  await saveRuns(database, epoch, [saved(id, { moves })]);
  expect(await readHistory(database, 'workflow', id)).toMatchObject([
    { from: null },
    { to: 'running', reason: null },
    { from: 'running', to: 'running', reason: 'awarded', details: { step: 'a', score: 1 } },
  ]);
});

test('a unit keeps what it must know again, and its cost', async () => {
  const id = await created();
  await saveSteps(database, epoch, [savedStep(id, 'sub/w', { memo: '{"n":1}', cost: 1.5 })]);
  await saveSteps(database, epoch, [savedStep(id, 'sub/w', { memo: '{"n":2}', cost: 2 })]);
  const [row] = await loadWorkflowStepRows(database, [id]);
  expect(row).toMatchObject({ key: 'sub/w', memo: '{"n":2}', cost: 2, agentId: null, agentName: null });
});
