import { randomUUID } from 'node:crypto';
import { type Database, type NewTask, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { newTask } from '../intake/new-task';
import { storeTasks } from '../intake/store-tasks';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';
import { type TasksWithAttempts } from './first-attempts';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const COMMITS = statement(
  'test-commits',
  `select txid::text as commit from audit where subject_id = $1 order by seq limit 2`,
);

/** Whether the task and its first attempt came into the database together. */
async function cameTogether(database: Database, id: string): Promise<boolean> {
  const [queued, assigned] = await database.run<{ commit: string }>(COMMITS, [id]);
  return queued?.commit === assigned?.commit;
}

test('a task that need not wait is stored with its first attempt, and audited as any other', async () => {
  await startAgent('first.run', () => ({ ok: true }));
  const { intake, completions, database } = await startOrchestrator();
  await eventually(async () => {
    const { task } = await intake.submit({ capability: 'first.run', input: 1 }, by);
    expect(await completions.wait(task.id, 5000)).toBe(true);
    expect(await path(database, task.id)).toBe('queued assigned completed');
    return cameTogether(database, task.id);
  });
  const keyed = { capability: 'first.run', input: 2, idempotencyKey: randomUUID() };
  const [first, again] = await Promise.all([intake.submit(keyed, by), intake.submit(keyed, by)]);
  expect(again.task.id).toBe(first.task.id);
  const batch = await intake.submitMany([{ capability: 'first.run', input: 3 }, keyed], by);
  for (const { task } of [first, ...batch]) {
    expect(await completions.wait(task.id, 5000)).toBe(true);
    expect(await path(database, task.id)).toBe('queued assigned completed');
  }
});

test('no more of them than there are slots, and nobody passes one who waits', async () => {
  const agent = await startAgent('first.slow', () => NEVER, { concurrency: 2 });
  const { intake, database } = await startOrchestrator();
  const submit = (input: number) => ({ capability: 'first.slow', input });
  const [warm] = await intake.submitMany([submit(0)], by);
  await eventually(() => agent.assigned.length === 1);
  const three = await intake.submitMany([submit(1), submit(2), submit(3)], by);
  await eventually(() => agent.assigned.length === 2);
  expect(agent.assigned.map(({ taskId }) => taskId)).toEqual([warm?.task.id, three[0]?.task.id]);
  const last = await intake.submit(submit(4), by);
  await agent.finish(agent.assigned[0] as never, { output: null });
  await eventually(() => agent.assigned.length === 3);
  expect(agent.assigned[2]?.taskId).toBe(three[1]?.task.id);
  expect(await path(database, last.task.id)).toBe('queued');
});

function stranger(capability: string): NewTask {
  const origin = { id: uuidV7() as NewTask['id'], createdBy: actor };
  return newTask({ capability, input: 1 }, origin, { timeoutMs: 1000, maxRetries: 0 }, new Date());
}

function givenBy(epoch: number): TasksWithAttempts & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    epoch,
    attempts: [{ agentId: randomUUID(), token: randomUUID(), why: null, follows: null, leadMs: 0 }],
    committed: () => (told.push('committed'), []),
    dropped: () => void told.push('dropped'),
    doubted: () => void told.push('doubted'),
  };
}

test('I3 attempts of a brain that is no longer one are not stored; its tasks are, and wait', async () => {
  const { database, brain } = await startOrchestrator();
  await eventually(() => brain.epoch !== undefined);
  const task = stranger('first.epoch');
  const given = givenBy((brain.epoch as number) - 1);
  const { waiting } = await storeTasks(database, [task], given);
  expect(given.told).toEqual(['dropped']);
  expect(waiting).toEqual([task]);
  expect(await path(database, task.id)).toBe('queued');
  expect(await database.run(TASK, [task.id])).toMatchObject([{ state: 'queued', attempt: 0 }]);
});

test('what the database refuses is not stored, and no reason for the brain to doubt', async () => {
  const { database, brain } = await startOrchestrator();
  await eventually(() => brain.epoch !== undefined);
  const given = givenBy(brain.epoch as number);
  const task = { ...stranger('first.refused'), input: 'no \0 database takes this' };
  await expect(storeTasks(database, [task], given)).rejects.toThrow();
  expect(given.told).toEqual(['dropped']);
});

test('what may or may not have been stored puts the brain in doubt', async () => {
  const given = givenBy(1);
  const task = stranger('first.doubt');
  const cutOff = { run: () => Promise.reject(new Error('Connection terminated unexpectedly')) };
  await expect(storeTasks(cutOff, [task], given)).rejects.toThrow();
  expect(given.told).toEqual(['doubted']);
});
