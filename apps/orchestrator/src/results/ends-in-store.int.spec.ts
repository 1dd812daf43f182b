import { type TaskAssigned } from '@baton/contracts';
import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { HISTORY, path } from '../../test/task-rows';
import { NEVER } from '../../test/wire-agent';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();
const SET_TOKEN = statement('test-token', 'update tasks set token = $2 where id = $1');

test('I2 I3 an end that turns out to be stale moves no step, and holds up none that is recorded with it', async () => {
  const agent = await startAgent('stale.step', () => NEVER);
  const { service, database } = await startOrchestrator();
  const steps = ['a', 'b'].map((id) => step(id, 'stale.step', { input: id }));
  const after = ['a', 'b'].map((id) => step(`after-${id}`, 'stale.step', { needs: [id], input: `after ${id}` }));
  const { id } = await service.create(
    { definition: { name: 'stale', steps: [...steps, ...after] }, start: true },
    actor,
  );
  await eventually(() => expect(agent.assigned).toHaveLength(2));
  const [a, b] = ['a', 'b'].map((input) => agent.assigned.find((task) => task.input === input)) as TaskAssigned[];
  if (!a || !b) throw new Error('both are out');
  // The brain believes that it has the current attempt; the database knows better.
  await database.run(SET_TOKEN, [a.taskId, uuidV7()]);
  await Promise.all([agent.finish(a, { output: 'stale' }), agent.finish(b, { output: 'good' })]);
  await eventually(() => expect(agent.assigned.map(({ input }) => input)).toContain('after b'));
  await eventually(async () => expect(await database.run(HISTORY, [a.taskId, 'result'])).toHaveLength(1));
  expect(statesOf(await service.get(id))).toMatchObject({ a: 'assigned', b: 'completed', 'after-a': 'pending' });
  expect(await path(database, a.taskId)).toBe('queued assigned');
  expect(agent.assigned).toHaveLength(3);
});

test('I9 of two ends in one message both are recorded, and what needs both starts once', async () => {
  const agent = await startAgent('both.step', ({ input }) => (input === 'last' ? 'done' : NEVER));
  const { service } = await startOrchestrator();
  const steps = [step('a', 'both.step'), step('b', 'both.step')];
  const last = step('c', 'both.step', { needs: ['a', 'b'], input: 'last' });
  const { id } = await service.create({ definition: { name: 'both', steps: [...steps, last] }, start: true }, actor);
  await eventually(() => expect(agent.assigned).toHaveLength(2));
  await Promise.all(agent.assigned.map((task) => agent.finish(task, { output: 1 })));
  expect(await ended(service, id)).toMatchObject({ state: 'completed' });
  expect(agent.assigned).toHaveLength(3);
});
