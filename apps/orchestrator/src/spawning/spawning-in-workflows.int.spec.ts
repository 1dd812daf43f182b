import { type Spawn, type WorkflowDocument } from '@baton/contracts';
import { checkInvariants, type Database, listTaskRows, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER } from '../../test/wire-agent';
import { ended } from '../../test/workflow-steps';

/** What the task of a step spawns belongs to the run, and is no step of it. */
const { startOrchestrator, startAgent } = orchestratorFixture();
const leaves = (capability: string): Spawn => ({
  key: 'leaves',
  tasks: [1, 2, 3].map((input) => ({ capability, input })),
});
const document = (name: string, capability: string, limits = {}): WorkflowDocument => ({
  name,
  steps: [{ id: 'lead', pattern: 'hierarchical', capability, input: 1, limits }],
});
const COST = statement('t-cost', `select cost from workflow_steps where workflow_id = $1 and key = 'lead'`);
const tasksOf = (database: Database, workflowId: string) => listTaskRows(database, { workflowId }, { limit: 100 });

test('a step that spawns completes with what it combined; its cost is that of its tree', async () => {
  const leaf = await startAgent('flow.leaf', (task) =>
    leaf.finish(task, { output: task.input }, { cost: 0.25 }).then(() => NEVER),
  );
  const chief = await startAgent('flow.chief', (task) => {
    const done = task.spawned?.leaves;
    if (!done) return chief.spawn(task, leaves('flow.leaf'), { cost: 2 });
    const output = done.reduce((sum, one) => sum + (one.output as number), 0);
    return chief.finish(task, { output }, { cost: 0.5 }).then(() => NEVER);
  });
  const { service, database } = await startOrchestrator();
  const { id } = await service.create({ definition: document('spawns', 'flow.chief'), start: true }, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: { lead: 6 } });
  const tasks = await tasksOf(database, id);
  expect(tasks.map(({ depth, stepId }) => [depth, stepId]).sort()).toEqual([
    [0, 'lead'],
    [1, null],
    [1, null],
    [1, null],
  ]);
  const { tasks: counted, steps, attempts } = await service.insight.results(id);
  expect([counted.completed, attempts, steps.map((step) => [step.id, step.tasks])]).toEqual([4, 5, [['lead', 4]]]);
  expect(await database.run(COST, [id])).toEqual([{ cost: 3.25 }]);
  expect((await checkInvariants(database)).violations).toEqual([]);
});

test('limits of the step hold; its run says which', async () => {
  await startAgent('bound.leaf', () => 1);
  const chief = await startAgent('bound.chief', (task) => chief.spawn(task, leaves('bound.leaf')));
  const { service } = await startOrchestrator();
  const definition = document('bound', 'bound.chief', { tasks: 2 });
  const { id } = await service.create({ definition, start: true }, actor);
  const failed = await ended(service, id);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'SPAWN_LIMIT' } });
  expect(failed.error?.message).toContain('tasks 2');
});

test('canceling the run cancels what its step has spawned, also where that runs', async () => {
  const leaf = await startAgent('gone.leaf', () => NEVER);
  const chief = await startAgent('gone.chief', (task) => chief.spawn(task, leaves('gone.leaf')));
  const { service, database } = await startOrchestrator();
  const { id } = await service.create({ definition: document('gone', 'gone.chief'), start: true }, actor);
  await eventually(() => expect(leaf.assigned).toHaveLength(3));
  await service.cancel(id, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'canceled' });
  await eventually(() => expect(leaf.canceled).toHaveLength(3));
  expect((await tasksOf(database, id)).map(({ state }) => state)).toEqual(Array.from({ length: 4 }, () => 'canceled'));
  expect((await checkInvariants(database)).violations).toEqual([]);
});
