import { type TaskAssigned, type WorkflowDocument } from '@baton/contracts';
import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER } from '../../test/wire-agent';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();

test('I9 another brain goes on from the receipts; what the first left in flight is taken over', async () => {
  const first = await startOrchestrator();
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const agent = await startAgent('h.work', ({ input }) => (input === 'held' ? gate.then(() => 'late') : input));
  const definition = {
    name: 'h',
    steps: [
      step('each', 'h.work', { forEach: '["x", "held", "y", "z"]', concurrency: 1, input: '${{ item }}' }),
      step('last', 'h.work', { input: '${{ steps.each.output }}' }),
    ],
  };
  const { id } = await first.service.create({ definition, start: true }, actor);
  await eventually(() => expect(agent.assigned).toHaveLength(2));
  await first.stop();
  const second = await startOrchestrator();
  open();
  const done = await ended(second.service, id);
  expect(done).toMatchObject({ state: 'completed', output: { last: ['x', 'late', 'y', 'z'] } });
  expect(agent.assigned.map(({ input }) => input)).toEqual(['x', 'held', 'y', 'z', ['x', 'late', 'y', 'z']]);
});

test('a new brain starts what the last one left ready', async () => {
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  await startAgent('l.work', () => gate);
  const first = await startOrchestrator();
  const definition = { name: 'l', steps: [step('a', 'l.work'), step('b', 'l.work', { needs: ['a'] })] };
  const { id } = await first.service.create({ definition }, actor);
  await first.service.start(id, {}, actor);
  await first.service.pause(id, actor);
  open();
  await eventually(async () => expect(statesOf(await first.service.get(id))).toEqual({ a: 'completed', b: 'ready' }));
  await first.database.run(statement('t-running', `update workflows set state = 'running' where id = $1`), [id]);
  await first.stop();
  const second = await startOrchestrator();
  expect(await ended(second.service, id)).toMatchObject({ state: 'completed' });
});

test('a stored definition that this version does not understand fails its own workflow and no other', async () => {
  const agent = await startAgent('broken.work', ({ input }) => (input === 'wait' ? NEVER : input));
  const first = await startOrchestrator();
  const waiting: WorkflowDocument = { name: 'waits', steps: [step('w', 'broken.work', { input: 'wait' })] };
  const plain: WorkflowDocument = { name: 'plain', steps: [step('p', 'broken.work', { input: 1 })] };
  const broken = await first.service.create({ definition: waiting, start: true }, 'user:test');
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  await first.database.run(
    statement(
      'spec-break',
      `update workflows set definition = '{"name":"of tomorrow","shape":"unknown"}' where id = $1`,
    ),
    [broken.id],
  );
  await first.stop();
  const second = await startOrchestrator();
  await agent.finish(agent.assigned[0] as TaskAssigned, { output: 'late' });
  const row = statement('spec-state', 'select state, error from workflows where id = $1');
  await eventually(async () => {
    const [now] = await second.database.run<{ state: string; error: string }>(row, [broken.id]);
    expect(now).toMatchObject({ state: 'failed', error: expect.stringContaining('WORKFLOW_BROKEN') });
  });
  const other = await second.service.create({ definition: plain, start: true }, 'user:test');
  expect(await ended(second.service, other.id)).toMatchObject({ state: 'completed' });
});
