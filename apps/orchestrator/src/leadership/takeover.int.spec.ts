import { claimTasks, insertTasks, type NewTask, statement } from '@baton/persistence';
import { eventually, TcpProxy } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

/** Where a brain or a door ends at the worst of moments, and where it is cut off from half of the world. */
const { startOrchestrator, startAgent, ways } = orchestratorFixture();
const by = { actor };
const completed = { ok: true };
const EXPIRE = statement('test-lease-free', `update leases set expires_at = '-infinity'`);

const newTask = (capability: string): NewTask => ({
  ...{ id: uuidV7() as NewTask['id'], capability, priority: 5, rank: 0, input: '1', options: null, timeoutMs: 60_000 },
  ...{ maxRetries: 0, runAt: null, deadline: null, targetAgentId: null, idempotencyKey: null, workflowId: null },
  ...{ stepId: null, traceparent: null, createdBy: actor },
});

test('a door that dies after the commit and before its hint: the brain finds the task by itself', async () => {
  const agent = await startAgent('found.anyway', () => completed);
  const { database, brain } = await startOrchestrator();
  await eventually(() => brain.epoch !== undefined);
  const task = newTask('found.anyway');
  await insertTasks(database, [task]);
  await eventually(async () => (await database.run(TASK, [task.id]))[0]?.state === 'completed', { timeoutMs: 30_000 });
  expect(agent.assigned).toHaveLength(1);
}, 60_000);

test('a brain that dies after the claim and before the message: the agent never mentions it, the next brain gives it out again', async () => {
  const agent = await startAgent('claimed.only', () => completed);
  const first = await startOrchestrator();
  await eventually(() => first.brain.epoch !== undefined);
  const task = newTask('claimed.only');
  // Claimed in its name, and then it is gone: nothing was ever sent.
  const claim = { taskId: task.id, agentId: agent.agentId, token: uuidV7(), why: null };
  await insertTasks(first.database, [task]);
  await claimTasks(first.database, first.brain.epoch as number, [claim]);
  await first.stop();
  const second = await startOrchestrator();
  const beating = setInterval(() => void agent.beat(), 200);
  try {
    await eventually(async () => (await second.database.run(TASK, [task.id]))[0]?.state === 'completed', {
      timeoutMs: 40_000,
    });
  } finally {
    clearInterval(beating);
  }
  expect(await path(second.database, task.id)).toBe('queued assigned queued assigned completed');
  expect(agent.assigned).toHaveLength(1);
}, 90_000);

test('timers outlive their brain: what was scheduled under one is queued by the next', async () => {
  await startAgent('later.on', () => completed);
  const first = await startOrchestrator();
  await eventually(() => first.brain.epoch !== undefined);
  const { task } = await first.intake.submit({ capability: 'later.on', input: 1, delaySeconds: 0.5 }, by);
  await first.stop();
  const second = await startOrchestrator();
  expect(await second.completions.wait(task.id, 25_000)).toBe(true);
  expect(await path(second.database, task.id)).toBe('scheduled queued assigned completed');
}, 60_000);

test('I3 a brain whose database falls silent: another takes over, and what the first had on the way changes nothing', async () => {
  const proxy = await TcpProxy.inFrontOf(ways().databaseUrl);
  const agent = await startAgent('half.open', ({ input }) => (input === 'wait' ? NEVER : completed));
  const first = await startOrchestrator({ databaseUrl: proxy.url });
  await eventually(() => first.brain.epoch !== undefined);
  const second = await startOrchestrator();
  const { task } = await second.intake.submit({ capability: 'half.open', input: 'wait' }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  proxy.goSilent();
  await agent.finish(attempt, { output: completed });
  await eventually(() => second.brain.epoch !== undefined, { timeoutMs: 30_000 });
  const next = await second.intake.submit({ capability: 'half.open', input: 1 }, by);
  expect(await second.completions.wait(next.task.id, 25_000)).toBe(true);
  proxy.cut();
  proxy.mend();
  await eventually(() => first.brain.epoch === undefined, { timeoutMs: 30_000 });
  expect(await second.completions.wait(task.id, 30_000)).toBe(true);
  expect(await path(second.database, task.id)).toMatch(/^queued assigned (queued assigned )?completed$/);
  await proxy.close();
}, 120_000);

test('a brain that is cut off from the broker leaves the office to one that is not', async () => {
  const proxy = await TcpProxy.inFrontOf(ways().brokerUrl);
  await startAgent('other.way', () => completed);
  const first = await startOrchestrator({ brokerUrl: proxy.url });
  // It works: what it does at its start is behind it.
  const before = await first.intake.submit({ capability: 'other.way', input: 0 }, by);
  expect(await first.completions.wait(before.task.id, 25_000)).toBe(true);
  const second = await startOrchestrator();
  proxy.cut();
  await eventually(() => second.brain.epoch !== undefined, { timeoutMs: 30_000 });
  const { task } = await second.intake.submit({ capability: 'other.way', input: 1 }, by);
  expect(await second.completions.wait(task.id, 25_000)).toBe(true);
  expect(first.brain.epoch).toBeUndefined();
  proxy.mend();
  await eventually(() => proxy.connections === 2, { timeoutMs: 30_000 });
  await first.stop();
  await proxy.close();
}, 120_000);

test('I3 a brain that does not know that its time is over ends its term with the first write that is refused', async () => {
  const agent = await startAgent('over.already', () => NEVER);
  const first = await startOrchestrator();
  const epoch = await eventually(() => first.brain.epoch ?? false);
  const { task } = await first.intake.submit({ capability: 'over.already', input: 1 }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  // Somebody else's epoch begins; the first one still believes in its own.
  const usurp = statement('test-usurp', `update leases set epoch = epoch + 1, holder = $1`);
  await first.database.run(usurp, [uuidV7()]);
  await agent.finish(attempt, { output: completed });
  await eventually(() => first.brain.epoch !== epoch, { timeoutMs: 30_000 });
  expect(await path(first.database, task.id)).toBe('queued assigned');
  await first.database.run(EXPIRE);
  expect(await first.completions.wait(task.id, 25_000)).toBe(true);
  expect(await path(first.database, task.id)).toBe('queued assigned completed');
  expect(first.brain.epoch).toBe((epoch as number) + 2);
}, 60_000);
