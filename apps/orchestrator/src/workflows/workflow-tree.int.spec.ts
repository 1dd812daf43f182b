import { type WorkflowDocument } from '@baton/contracts';
import { checkInvariants, statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();

/** Everything that can be inside something: elements that are sub-workflows, a pipeline, steps side by side. */
const document = (capability: string): WorkflowDocument => ({
  name: 'tree',
  steps: [
    { id: 'each', forEach: '[1, 2, 3]', workflow: `${capability}-double`, input: { n: '${{ item }}' } },
    {
      id: 'stream',
      pattern: 'pipeline',
      items: '${{ steps.each.output.twice }}',
      stages: [
        { capability, input: '${{ item + 1 }}' },
        { capability, input: '${{ previous * 10 }}' },
      ],
    },
    {
      id: 'sides',
      pattern: 'parallel',
      steps: [
        step('left', capability, { input: '${{ steps.stream.output }}' }),
        { id: 'right', wait: { signal: 'go' } },
      ],
    },
  ],
  output: '${{ steps.sides.output }}',
});
const inner = (capability: string) => ({
  name: `${capability}-double`,
  output: { twice: '${{ steps.a.output }}' },
  steps: [step('a', capability, { input: '${{ input.n * 2 }}' })],
});

test('I9 units at any depth outlive their brain, with the definitions they began with; each completes once', async () => {
  let gate = (): void => undefined;
  const opened = new Promise<void>((resolve) => (gate = resolve));
  const agent = await startAgent('t.work', ({ input }) => (input === 30 ? opened.then(() => 30) : input));
  const first = await startOrchestrator();
  await first.service.definitions.store({ definition: inner('t.work') }, actor);
  const { id } = await first.service.create({ definition: document('t.work'), start: true }, actor);
  await eventually(() => expect(agent.assigned.map(({ input }) => input)).toContain(30));
  await first.service.definitions.store({ definition: { ...inner('t.work'), output: 'changed' } }, actor);
  await first.stop();
  const second = await startOrchestrator();
  gate();
  await eventually(async () =>
    expect(statesOf(await second.service.get(id))).toMatchObject({ 'sides/right': 'waiting' }),
  );
  await second.stop();
  const third = await startOrchestrator();
  await third.service.signal(id, 'go', 'went', actor);
  const done = await ended(third.service, id);
  expect(done).toMatchObject({ state: 'completed', output: { left: [30, 50, 70], right: 'went' } });
  expect(agent.assigned).toHaveLength(3 + 6 + 1);
  expect(statesOf(done)).toMatchObject({
    'each[2]/a': 'completed',
    'stream[5]': 'completed',
    'sides/left': 'completed',
  });
  expect(done.steps.find((one) => one.id === 'each')).toMatchObject({
    kind: 'forEach',
    output: [{ twice: 2 }, { twice: 4 }, { twice: 6 }],
  });
  const { violations } = await checkInvariants(third.database);
  expect(violations).toEqual([]);
});

test('what units gave is stored once: with their tasks', async () => {
  await startAgent('o.work', ({ input }) => input);
  const { service, database } = await startOrchestrator();
  await service.definitions.store({ definition: inner('o.work') }, actor);
  const { id } = await service.create({ definition: document('o.work'), start: true }, actor);
  await service.signal(id, 'go', 'went', actor);
  await ended(service, id);
  const kept = statement(
    't-kept',
    `select key, output from workflow_steps where workflow_id = $1 and output is not null`,
  );
  const rows = await database.run<{ key: string; output: string }>(kept, [id]);
  expect(rows.map(({ key, output }) => [key, JSON.parse(output)]).sort()).toEqual([
    ['each[0]', { twice: 2 }],
    ['each[1]', { twice: 4 }],
    ['each[2]', { twice: 6 }],
    ['sides/right', 'went'],
  ]);
});

test('canceled and run again at depth: nothing goes on inside, and completed parts stay', async () => {
  let fail = true;
  const agent = await startAgent('x.work', ({ input }) => {
    if (fail && input === 30) throw new Error('no luck');
    return input;
  });
  const { service, database } = await startOrchestrator();
  await service.definitions.store({ definition: inner('x.work') }, actor);
  const { id } = await service.create({ definition: document('x.work'), start: true }, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'failed' });
  fail = false;
  const before = agent.assigned.filter(({ input }) => input === 2).length;
  await service.retry(id, actor);
  await service.signal(id, 'go', 1, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: { left: [30, 50, 70], right: 1 } });
  expect(agent.assigned.filter(({ input }) => input === 2)).toHaveLength(before);
  await service.rerun(id, 'stream', actor);
  await service.signal(id, 'go', 2, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: { left: [30, 50, 70], right: 2 } });
  expect((await checkInvariants(database)).violations).toEqual([]);
});
