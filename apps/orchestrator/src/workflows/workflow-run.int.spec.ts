import { type WorkflowDocument } from '@baton/contracts';
import { statement } from '@baton/persistence';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();

test('a fan-out and fan-in runs in order, each step once, and is audited without a gap', async () => {
  const agent = await startAgent('a.work', ({ input }) => input);
  const { service, database } = await startOrchestrator();
  const definition: WorkflowDocument = {
    name: 'fan',
    input: { n: 40 },
    output: { sum: '${{ $sum(steps.each.output.square) }}', first: '${{ steps.split.output }}' },
    steps: [
      step('split', 'a.work', { input: '${{ [1..input.n] }}' }),
      step('each', 'a.work', {
        forEach: '${{ steps.split.output }}',
        concurrency: 10,
        input: { square: '${{ item * item }}' },
      }),
      step('empty', 'a.work', { forEach: '${{ [] }}' }),
      step('never', 'a.work', { when: 'steps.empty.output' }),
      step('join', 'a.work', { input: ['${{ steps.each.output }}', '${{ steps.never.output }}'] }),
    ],
  };
  const created = await service.create({ definition, input: { n: 30 } }, actor);
  expect(created).toMatchObject({
    state: 'created',
    name: 'fan',
    input: { n: 30 },
    progress: { percent: 0, total: 5 },
  });
  await service.start(created.id, {}, actor);
  const done = await ended(service, created.id);
  expect(done).toMatchObject({ state: 'completed', output: { sum: 9455 }, error: null });
  expect(done.progress).toMatchObject({ percent: 100, completed: 33, failed: 0, running: 0, waiting: 0 });
  expect(done.steps.find(({ id }) => id === 'empty')).toMatchObject({ state: 'completed', output: [] });
  expect(statesOf(done)).toMatchObject({
    split: 'completed',
    'each[29]': 'completed',
    never: 'skipped',
    join: 'completed',
  });
  expect(agent.assigned).toHaveLength(32);
  const history = await service.history(created.id);
  const transitions = history.filter(({ from, to }) => from !== to);
  expect(transitions.map(({ from, to, actor: who }) => [from, to, who])).toEqual([
    [null, 'created', actor],
    ['created', 'running', actor],
    ['running', 'completed', 'orchestrator'],
  ]);
  const seqs = await database.run<{ seq: number }>(
    statement('t-seq', 'select seq from audit where subject_id = $1 order by seq'),
    [created.id],
  );
  expect(seqs.map(({ seq }) => seq)).toEqual(history.map((_entry, index) => index + 1));
  const outputs = statement(
    't-out',
    'select count(*)::int as n from workflow_steps where workflow_id = $1 and output is not null',
  );
  expect(await database.run(outputs, [created.id])).toEqual([{ n: 0 }]);
});

test('results tell who did what, and the time outside agents', async () => {
  const agent = await startAgent(
    'r.work',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return 1;
    },
    { name: 'test-r.work' },
  );
  const { service } = await startOrchestrator();
  const definition = { name: 'r', steps: [step('a', 'r.work'), step('b', 'r.work', { needs: ['a'] })] };
  const { id } = await service.create({ definition, start: true }, actor);
  await ended(service, id);
  const results = await service.insight.results(id);
  expect(results).toMatchObject({
    state: 'completed',
    tasks: { total: 2, completed: 2, failed: 0, canceled: 0 },
    successRate: 1,
    attempts: 2,
  });
  expect(results.agents).toEqual([
    expect.objectContaining({ agentId: agent.agentId, name: 'test-r.work', tasks: 2, completed: 2 }),
  ]);
  expect(results.steps.map(({ id: key, tasks }) => [key, tasks])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  expect(results.workMs).toBeGreaterThanOrEqual(55);
  expect((results.outsideAgentsMs as number) + results.workMs).toBeCloseTo(results.durationMs as number, 3);
});

test('slow expressions hold nobody up: what a transaction has no time for is started in the next', async () => {
  const agent = await startAgent('s.work', ({ input }) => input);
  const { service, database } = await startOrchestrator();
  const slow = '${{ $sum($map([1..1000], function($n) { $n * item })) }}';
  const definition = { name: 's', steps: [step('each', 's.work', { forEach: '[1..40]', input: slow })] };
  const { id } = await service.create({ definition, start: true }, actor);
  const done = await ended(service, id);
  expect(done).toMatchObject({ state: 'completed', progress: { completed: 40 } });
  expect(agent.assigned).toHaveLength(40);
  const started = statement('t-turns', 'select count(distinct created_at)::int as n from tasks where workflow_id = $1');
  const [turns] = await database.run<{ n: number }>(started, [id]);
  expect(turns?.n).toBeGreaterThan(1);
});
