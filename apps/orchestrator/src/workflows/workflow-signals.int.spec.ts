import { type JsonValue, type Workflow, type WorkflowDocument } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER } from '../../test/wire-agent';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();
const read = (json: string) => JSON.parse(json) as Workflow;

const approvals = (count: number): WorkflowDocument => ({
  name: 'approvals',
  steps: Array.from({ length: count }, (_, n) => ({ id: `w${n + 1}`, wait: { signal: 'yes' } })),
});

test('waits take signals in their order, each once; one that comes early is kept, over a new brain too', async () => {
  const first = await startOrchestrator();
  const { id } = await first.service.create(
    {
      definition: {
        name: 'early',
        steps: [
          { id: 'nap', wait: { seconds: 1 } },
          { id: 'w', wait: { signal: 'yes' }, needs: ['nap'] },
        ],
      },
      start: true,
    },
    actor,
  );
  await first.service.signal(id, 'yes', { by: 'ann' }, actor);
  expect(statesOf(await first.service.get(id))).toMatchObject({ w: 'pending' });
  await first.stop();
  const second = await startOrchestrator();
  expect(await ended(second.service, id)).toMatchObject({ state: 'completed', output: { w: { by: 'ann' } } });
});

test('a payload is any JSON; the same under one key is one signal, something else under it is refused', async () => {
  const { service } = await startOrchestrator();
  const definition = { name: 's', steps: approvals(3).steps };
  const { id } = await service.create({ definition, start: true }, actor);
  const send = (payload: JsonValue, key?: string) => service.signal(id, 'yes', payload, { actor, key });
  await send('one', 'k1');
  await send('one', 'k1');
  await expect(send('two', 'k1')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(statesOf(await service.get(id))).toEqual({ w1: 'completed', w2: 'waiting', w3: 'waiting' });
  await send(null, 'k2');
  await send(['three']);
  expect(await ended(service, id)).toMatchObject({
    state: 'completed',
    output: { w1: 'one', w2: null, w3: ['three'] },
  });
  // What was done under a key stays done, whatever became of the run; what is new is refused.
  expect(read(await send('one', 'k1'))).toMatchObject({ state: 'completed' });
  await expect(send('four')).rejects.toMatchObject({ code: 'STATE_CONFLICT', details: { state: 'completed' } });
});

test('a paused run takes signals and goes on with them when it is resumed, by another brain', async () => {
  const first = await startOrchestrator();
  const steps = [...approvals(1).steps, { id: 'then', wait: { seconds: 0 }, needs: ['w1'] }];
  const { id } = await first.service.create({ definition: { name: 'p', steps }, start: true }, actor);
  expect(read(await first.service.pause(id, actor))).toMatchObject({ state: 'paused' });
  expect(read(await first.service.pause(id, actor))).toMatchObject({ state: 'paused' });
  await first.service.signal(id, 'yes', 1, actor);
  await first.stop();
  const second = await startOrchestrator();
  const paused = await second.service.get(id);
  expect([paused.state, statesOf(paused)]).toEqual(['paused', { w1: 'completed', then: 'ready' }]);
  await second.service.resume(id, actor);
  expect(await ended(second.service, id)).toMatchObject({ state: 'completed' });
});

test('paused with its tasks canceled: they start again on resume, and no retry is spent', async () => {
  let slow = true;
  const agent = await startAgent('pc.work', ({ input }) => (slow ? NEVER : input));
  const { service } = await startOrchestrator();
  const definition = { name: 'pc', steps: [step('a', 'pc.work', { input: 1, retry: { maxRetries: 0 } })] };
  const { id } = await service.create({ definition, start: true }, actor);
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  await service.pause(id, actor, 'cancel');
  await eventually(() => expect(agent.canceled).toHaveLength(1));
  slow = false;
  await service.resume(id, actor);
  expect(await ended(service, id)).toMatchObject({ state: 'completed', output: { a: 1 } });
  expect(agent.assigned).toHaveLength(2);
});

test('run again from a step: it and what needs it, on what the others gave; another brain goes on with it', async () => {
  const agent = await startAgent('rr.work', ({ input }) => input);
  const first = await startOrchestrator();
  const definition = {
    name: 'rr',
    steps: [
      step('a', 'rr.work', { input: 'a' }),
      step('each', 'rr.work', { forEach: '["x", "y"]', input: '${{ steps.a.output & item }}' }),
      step('other', 'rr.work', { input: 'other' }),
      step('last', 'rr.work', { input: ['${{ steps.each.output }}', '${{ steps.other.output }}'] }),
    ],
  };
  const { id } = await first.service.create({ definition, start: true }, actor);
  await ended(first.service, id);
  await expect(first.service.rerun(id, 'nowhere', actor)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(agent.assigned).toHaveLength(5);
  await first.service.rerun(id, 'each', actor);
  await first.stop();
  const second = await startOrchestrator();
  const done = await ended(second.service, id);
  expect(done).toMatchObject({ state: 'completed', output: { last: [['ax', 'ay'], 'other'] } });
  expect(agent.assigned.slice(5).map(({ input }) => input)).toEqual(
    expect.arrayContaining(['ax', 'ay', [['ax', 'ay'], 'other']]),
  );
  expect(agent.assigned).toHaveLength(8);
  const history = await second.service.history(id);
  expect(history.filter(({ from, to }) => from !== to).map(({ to, actor: who }) => [to, who])).toEqual([
    ['created', actor],
    ['running', actor],
    ['completed', 'orchestrator'],
    ['running', actor],
    ['completed', 'orchestrator'],
  ]);
});
