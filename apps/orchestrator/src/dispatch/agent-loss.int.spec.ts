import { eventually, TcpProxy } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { holdTask } from '../../test/row-lock';
import { path } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

/** Agents that go at exactly this or that moment. */
const { startOrchestrator, startAgent, ways } = orchestratorFixture();
const by = { actor };
const completed = { ok: true };

test('an agent whose inbox is gone before anything is sent: another one gets it, and it costs no retry', async () => {
  const gone = await startAgent('gone.before', () => NEVER);
  await gone.stop();
  const { intake, completions, database, brain } = await startOrchestrator();
  await eventually(() => brain.epoch !== undefined);
  const { task } = await intake.submit({ capability: 'gone.before', input: 1, maxRetries: 0 }, by);
  await eventually(async () => (await path(database, task.id)).startsWith('queued assigned queued'));
  await startAgent('gone.before', () => completed);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(gone.assigned).toEqual([]);
});

test('an agent that dies right after it sent its result: the result counts, and nobody does it again', async () => {
  const agent = await startAgent('last.word', () => NEVER);
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'last.word', input: 1 }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  await startAgent('last.word', () => completed);
  // The row is held, so that the loss is noticed before the result can be recorded.
  await holdTask(ways().databaseUrl, task.id, async (waiters) => {
    await agent.finish(attempt, { output: 'its last word' });
    await waiters(1);
    await agent.stop();
  });
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
});

test('an agent whose connection breaks and comes back keeps what it has', async () => {
  const proxy = await TcpProxy.inFrontOf(ways().brokerUrl);
  const agent = await startAgent('blip.blip', () => NEVER, { brokerUrl: proxy.url });
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'blip.blip', input: 1 }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  proxy.cut();
  proxy.mend();
  await eventually(() => proxy.connections === 2);
  await agent.finish(attempt, { output: completed });
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
  await agent.stop();
  await proxy.close();
});
