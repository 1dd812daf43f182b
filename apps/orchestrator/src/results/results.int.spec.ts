import { type Submit, type TaskAssigned } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { HISTORY, path, TASK } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';

const { startOrchestrator, startAgent } = orchestratorFixture();
const by = { actor };
const completed = { ok: true };

test('a failure is tried again after a back-off, then elsewhere by its fallback', async () => {
  let calls = 0;
  await startAgent('two.flaky', () => {
    calls++;
    throw new Error('boom');
  });
  await startAgent('two.plain', () => completed);
  const { intake, completions, database } = await startOrchestrator();
  const submit: Submit = {
    capability: 'two.flaky',
    input: null,
    maxRetries: 1,
    retry: { initialMs: 20, jitter: 0 },
    fallback: ['two.plain'],
  };
  const { task } = await intake.submit(submit, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(calls).toBe(2);
  expect(await path(database, task.id)).toBe('queued assigned queued assigned queued assigned completed');
  const [row] = await database.run(TASK, [task.id]);
  expect(row).toMatchObject({ state: 'completed', attempt: 3, capability: 'two.plain' });
});

test('I3 a result with another token changes nothing and is audited as stale', async () => {
  const agent = await startAgent('three.slow', () => NEVER);
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'three.slow', input: 1 }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  await agent.finish({ ...attempt, token: uuidV7() as TaskAssigned['token'] }, { output: 'forged' });
  await eventually(async () => (await database.run(HISTORY, [task.id, 'result'])).length === 1);
  expect(await path(database, task.id)).toBe('queued assigned');
  await agent.finish(attempt, { output: 'true one' });
  expect(await completions.wait(task.id, 5000)).toBe(true);
  await agent.finish(attempt, { output: 'again' });
  await eventually(async () => (await database.run(HISTORY, [task.id, 'result'])).length === 2);
  expect((await database.run(TASK, [task.id]))[0]).toMatchObject({ state: 'completed', output: '"true one"' });
});
