import { actor, orchestratorFixture } from '../../../test/orchestrator-fixture';
import { ended, step } from '../../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();
const list = [1, 2, 3, 4, 5, 6, 7, 8];

test('from what has been measured and the slots there are: a pipeline, with numbers that come true', async () => {
  const sleep = () => new Promise((resolve) => setTimeout(() => resolve(1), 40));
  for (const name of ['fetch', 'parse']) await startAgent(`rec.${name}`, sleep, { concurrency: 1 });
  const { service } = await startOrchestrator();
  const steps = [
    step('fetch', 'rec.fetch', { forEach: 'input.list' }),
    step('parse', 'rec.parse', { forEach: 'steps.fetch.output' }),
  ];
  const definition = { name: 'stream', input: { list }, steps };
  const before = await service.recommend({ definition });
  expect(before.unknown).toEqual(['rec.fetch', 'rec.parse']);
  const { id } = await service.create({ definition, start: true }, actor);
  await ended(service, id);
  const after = await service.insight.recommendationFor(id);
  expect(after).toMatchObject({ execution: 'pipeline', unknown: [], assumptions: [] });
  expect(after.loads.map(({ capability, tasks, slots, known }) => [capability, tasks, slots, known])).toEqual([
    ['rec.fetch', 8, 1, 8],
    ['rec.parse', 8, 1, 8],
  ]);
  const [written] = after.candidates;
  const { durationMs } = await service.insight.results(id);
  // What it says of the way it was run is about how long it took.
  expect((durationMs as number) / (written?.makespanMs as number)).toBeGreaterThan(0.5);
  expect((durationMs as number) / (written?.makespanMs as number)).toBeLessThan(2);
});

test('what cannot be foreseen is refused with the reason', async () => {
  await startAgent('rec.fly', () => 1);
  const { service } = await startOrchestrator();
  const swarm = { pattern: 'swarm', capability: 'rec.fly', population: 'input.n', bounds: [[0, 1]] };
  await expect(service.recommend({ definition: { name: 'fly', ...swarm } })).rejects.toMatchObject({
    faults: [{ path: 'definition' }],
  });
});
