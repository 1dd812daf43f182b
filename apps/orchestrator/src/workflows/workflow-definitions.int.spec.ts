import { v7 as uuidV7 } from 'uuid';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';

const { startOrchestrator, startAgent } = orchestratorFixture();

test('a door finds every fault of a definition, in YAML too, and near names of capabilities', async () => {
  await startAgent('y.work', () => 1);
  const { service } = await startOrchestrator();
  const yaml =
    'steps:\n  - { id: a, capability: y.wrk, needs: [b] }\n  - { id: b, capability: y.work, input: "${{ steps.a.output }}" }\n';
  await expect(service.create({ name: 'n', definition: yaml }, actor)).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
    faults: [
      { path: 'definition.steps[0].capability', message: expect.stringContaining('y.work') },
      { path: 'definition.steps[0].needs', message: expect.stringContaining('a needs b needs a') },
    ],
  });
  for (const definition of ['a: [', 5, null]) {
    await expect(service.create({ definition }, actor)).rejects.toMatchObject({ code: 'WORKFLOW_INVALID' });
  }
  const good = await service.create({ name: 'n', definition: 'steps: [{ id: a, capability: y.work }]' }, actor);
  expect(good).toMatchObject({ name: 'n', definition: { name: 'n' } });
  await expect(service.get(uuidV7())).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  await expect(service.start(uuidV7(), {}, actor)).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  const [newest, ...rest] = await service.list({}, { limit: 2 });
  expect(newest).toMatchObject({ id: good.id, state: 'created', progress: { total: 1, waiting: 1 } });
  expect(await service.list({}, { limit: 1, before: good.id })).toEqual(rest);
  expect(await service.list({ state: 'created', name: 'n' }, { limit: 5 })).toHaveLength(1);
});
