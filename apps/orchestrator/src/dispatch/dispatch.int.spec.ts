import { type Submit } from '@baton/contracts';
import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const completed = { ok: true };

test('I1 an accepted task is dispatched, recorded once, and audited without a gap', async () => {
  await startAgent('one.run', () => completed);
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'one.run', input: { a: [1, 'x'] } }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
  const [row] = await database.run(TASK, [task.id]);
  expect(row).toMatchObject({ state: 'completed', output: '{"ok":true}', attempt: 1 });
});

test('what a dead agent had goes to another one', async () => {
  const first = await startAgent('four.work', () => NEVER);
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'four.work', input: 1 }, by);
  await eventually(() => first.assigned.length === 1);
  const second = await startAgent('four.work', () => completed);
  await first.stop();
  expect(await completions.wait(task.id, 15_000)).toBe(true);
  expect(second.assigned.map((attempt) => attempt.attempt).at(-1)).toBeGreaterThan(1);
  expect(await path(database, task.id)).toMatch(/^queued assigned (queued assigned )+completed$/);
}, 30_000);

test('cancellation is final at once and reaches the agent', async () => {
  const agent = await startAgent('five.long', () => NEVER);
  const { intake, control, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'five.long', input: 1 }, by);
  await eventually(() => agent.assigned.length === 1);
  await control.cancel(task.id, 'user:test');
  await eventually(() => agent.canceled.length === 1);
  expect(agent.canceled[0]?.token).toBe(agent.assigned[0]?.token);
  expect(await path(database, task.id)).toBe('queued assigned canceled');
  await expect(control.retry(task.id, 'user:test')).resolves.toBeUndefined();
  await expect(control.cancel(uuidV7(), 'user:test')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
});

test('an attempt that outlives its time is ended, its agent is told, and the next one gets its chance', async () => {
  const agent = await startAgent('time.out', () => (agent.assigned.length > 1 ? completed : NEVER));
  const { intake, completions, database } = await startOrchestrator();
  const retry = { initialMs: 10, jitter: 0 };
  const { task } = await intake.submit({ capability: 'time.out', input: 1, timeoutSeconds: 0.1, retry }, by);
  expect(await completions.wait(task.id, 5000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned queued assigned completed');
  expect(agent.canceled.map(({ token }) => token)).toEqual([agent.assigned[0]?.token]);

  const never = await startAgent('time.never', () => NEVER);
  const last = await intake.submit({ capability: 'time.never', input: 1, timeoutSeconds: 0.1, maxRetries: 0 }, by);
  expect(await completions.wait(last.task.id, 5000)).toBe(true);
  expect(never.assigned).toHaveLength(1);
  const [row] = await database.run<{ state: string; error: string }>(TASK, [last.task.id]);
  expect(row).toMatchObject({ state: 'failed', error: expect.stringContaining('TASK_TIMEOUT') });
});

test('an agent that says it is leaving is given nothing more', async () => {
  const leaving = await startAgent('leave.soon', () => completed);
  const { intake, completions, brain } = await startOrchestrator();
  await eventually(() => brain.epoch !== undefined);
  const first = await intake.submit({ capability: 'leave.soon', input: 1 }, by);
  expect(await completions.wait(first.task.id, 5000)).toBe(true);
  await leaving.beat({ draining: true });
  const staying = await startAgent('leave.soon', () => completed);
  const tasks = await intake.submitMany(
    Array.from({ length: 6 }, (_, input) => ({ capability: 'leave.soon', input })),
    by,
  );
  for (const { task } of tasks) expect(await completions.wait(task.id, 5000)).toBe(true);
  expect([leaving.assigned.length, staying.assigned.length]).toEqual([1, 6]);
});

test('an attempt that an agent never mentions is given out again', async () => {
  const agent = await startAgent('six.lost', () => (agent.assigned.length > 1 ? completed : NEVER));
  const { intake, completions } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'six.lost', input: 1 }, by);
  await eventually(() => agent.assigned.length === 1);
  for (let beats = 0; beats < 3; beats += 1) await agent.beat();
  expect(await completions.wait(task.id, 5000)).toBe(true);
  expect(agent.assigned).toHaveLength(2);
});

test('a scheduled task waits for its time, and a passed deadline fails it', async () => {
  await startAgent('seven.later', () => completed);
  const { intake, completions, database } = await startOrchestrator();
  const later = await intake.submit({ capability: 'seven.later', input: 1, delaySeconds: 0.3 }, by);
  expect(later.task.state).toBe('scheduled');
  const late = await intake.submit(
    { capability: 'seven.later', input: 1, delaySeconds: 60, deadline: new Date(Date.now() + 200).toISOString() },
    by,
  );
  expect(await completions.wait(later.task.id, 5000)).toBe(true);
  expect(await path(database, later.task.id)).toBe('scheduled queued assigned completed');
  expect(await completions.wait(late.task.id, 5000)).toBe(true);
  expect(await path(database, late.task.id)).toBe('scheduled failed');
});

test('the largest inputs reach their agent, however many go at once', async () => {
  const sizes: number[] = [];
  await startAgent('ten.large', (task) => (sizes.push((task.input as string).length), completed), { concurrency: 20 });
  const { intake, completions } = await startOrchestrator();
  const input = 'x'.repeat(1024 * 1024 - 2);
  const tasks = await intake.submitMany(
    Array.from({ length: 12 }, () => ({ capability: 'ten.large', input })),
    by,
  );
  for (const { task } of tasks) expect(await completions.wait(task.id, 20_000)).toBe(true);
  expect(sizes).toEqual(Array(12).fill(input.length));
}, 30_000);

test('2000 tasks through one agent: each completed once', async () => {
  await startAgent('nine.many', () => completed, { concurrency: 64 });
  const { intake, database } = await startOrchestrator();
  const submits = Array.from({ length: 500 }, (_, index): Submit => ({ capability: 'nine.many', input: index }));
  for (let batch = 0; batch < 4; batch += 1) await intake.submitMany(submits, by);
  const count = statement(
    'test-count',
    `select count(*)::int as n from tasks where capability = 'nine.many' and state = 'completed'`,
  );
  await eventually(async () => (await database.run<{ n: number }>(count))[0]?.n === 2000, { timeoutMs: 20_000 });
}, 30_000);
