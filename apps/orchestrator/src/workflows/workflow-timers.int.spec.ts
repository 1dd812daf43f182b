import { type WorkflowDocument } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER } from '../../test/wire-agent';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();

const nap = (seconds: number): WorkflowDocument => ({
  name: 'nap',
  steps: [
    { id: 'nap', wait: { seconds } },
    { id: 'after', wait: { seconds: 0 }, needs: ['nap'] },
  ],
});

test('a wait ends when its time has come, not before, and many at once do', async () => {
  const { service, database } = await startOrchestrator();
  const runs = await Promise.all(
    [0.3, 0.3, 0.5, 0.1].map((s) => service.create({ definition: nap(s), start: true }, actor)),
  );
  for (const [index, { id }] of runs.entries()) {
    const done = await ended(service, id);
    expect(done).toMatchObject({ state: 'completed' });
    const [wait] = done.steps;
    const waitedMs = Date.parse(wait?.finishedAt ?? '') - Date.parse(wait?.startedAt ?? '');
    expect(waitedMs).toBeGreaterThanOrEqual([300, 300, 500, 100][index] as number);
  }
  expect(database.now()).toBeInstanceOf(Date);
});

test('a wait outlives its brain: another wakes the run when the time has come', async () => {
  const first = await startOrchestrator();
  const { id } = await first.service.create({ definition: nap(1.5), start: true }, actor);
  await eventually(async () => expect(statesOf(await first.service.get(id))).toMatchObject({ nap: 'waiting' }));
  await first.stop();
  const second = await startOrchestrator();
  const done = await ended(second.service, id);
  expect(done).toMatchObject({ state: 'completed' });
  const [wait] = done.steps;
  expect(Date.parse(wait?.finishedAt ?? '') - Date.parse(wait?.startedAt ?? '')).toBeGreaterThanOrEqual(1500);
});

test('what became due while there was no brain is done by the next one', async () => {
  const first = await startOrchestrator();
  const { id } = await first.service.create({ definition: nap(0.2), start: true }, actor);
  await eventually(async () => expect(statesOf(await first.service.get(id))).toMatchObject({ nap: 'waiting' }));
  await first.stop();
  const second = await startOrchestrator();
  expect(await ended(second.service, id)).toMatchObject({ state: 'completed' });
});

test('a signal that does not come in time fails its step, or lets the run go on, as the document says', async () => {
  const { service } = await startOrchestrator();
  const approval = (onTimeout: 'fail' | 'continue'): WorkflowDocument => ({
    name: 'approval',
    steps: [{ id: 'approved', wait: { signal: 'yes', onTimeout }, timeoutSeconds: 0.2 }],
  });
  const [failing, going] = await Promise.all(
    (['fail', 'continue'] as const).map((on) => service.create({ definition: approval(on), start: true }, actor)),
  );
  expect(await ended(service, failing?.id as string)).toMatchObject({ state: 'failed' });
  expect(await ended(service, going?.id as string)).toMatchObject({ state: 'completed' });
});

test('the deadline of a run holds also while it is paused, and reaches the agents', async () => {
  const agent = await startAgent('d.work', () => NEVER);
  const { service } = await startOrchestrator();
  const definition = { name: 'd', deadlineSeconds: 1, steps: [step('a', 'd.work')] };
  const { id } = await service.create({ definition, start: true }, actor);
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  await service.pause(id, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'failed', error: { code: 'WORKFLOW_DEADLINE' } });
  await eventually(() => expect(agent.canceled).toHaveLength(1));
});
