import { type Workflow } from '@baton/contracts';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../test/orchestrator-fixture';
import { NEVER } from '../../test/wire-agent';
import { ended, statesOf, step } from '../../test/workflow-steps';

const { startOrchestrator, startAgent } = orchestratorFixture();
const read = (json: string) => JSON.parse(json) as Workflow;

test('fail-fast: running brothers are canceled at their agent; retry runs only what did not complete', async () => {
  let broken = true;
  const work = await startAgent('f.work', ({ input }) => input);
  const slow = await startAgent('f.slow', () => (broken ? NEVER : 'slow done'));
  await startAgent('f.break', () => {
    if (broken) throw new Error('no luck');
    return 'mended';
  });
  const { service } = await startOrchestrator();
  const definition = {
    name: 'f',
    steps: [
      step('first', 'f.work', { input: 1 }),
      step('slow', 'f.slow', { needs: ['first'] }),
      step('break', 'f.break', { needs: ['first'] }),
      step('last', 'f.work', { input: ['${{ steps.slow.output }}', '${{ steps.break.output }}'] }),
    ],
  };
  const { id } = await service.create({ definition, start: true }, actor);
  const failed = await ended(service, id);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'BOOM', message: 'Step break failed: no luck' } });
  expect(statesOf(failed)).toEqual({ first: 'completed', slow: 'canceled', break: 'failed', last: 'canceled' });
  await eventually(() => expect(slow.canceled).toHaveLength(1));
  broken = false;
  await service.retry(id, actor);
  const done = await ended(service, id);
  expect(done).toMatchObject({ state: 'completed', output: { last: ['slow done', 'mended'] } });
  expect(work.assigned.map(({ input }) => input)).toEqual([1, ['slow done', 'mended']]);
  const transitions = (await service.history(id)).filter(({ from, to }) => from !== to);
  expect(transitions.map(({ to }) => to)).toEqual(['created', 'running', 'failed', 'running', 'completed']);
});

test('pause keeps results and starts nothing; resume goes on; each refused when it cannot be', async () => {
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const agent = await startAgent('p.work', () => gate.then(() => 'x'));
  const { service } = await startOrchestrator();
  const definition = { name: 'p', steps: [step('a', 'p.work'), step('b', 'p.work', { needs: ['a'] })] };
  const { id } = await service.create({ definition }, actor);
  await expect(service.pause(id, actor)).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    message: expect.stringContaining('is created'),
  });
  expect(read(await service.start(id, {}, actor))).toMatchObject({ state: 'running' });
  expect(read(await service.pause(id, actor))).toMatchObject({ state: 'paused' });
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  open();
  await eventually(async () => expect(statesOf(await service.get(id))).toEqual({ a: 'completed', b: 'ready' }));
  expect(read(await service.resume(id, actor)).state).toMatch(/running|completed/);
  expect(await ended(service, id)).toMatchObject({ state: 'completed' });
  for (const action of ['start', 'resume', 'retry'] as const) {
    const act = action === 'start' ? service.start(id, {}, actor) : service[action](id, actor);
    await expect(act).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  }
});

test('cancel reaches the agent; so does the cancellation of a single task reach its step', async () => {
  const agent = await startAgent('c.work', () => NEVER);
  const { service, control } = await startOrchestrator();
  const definition = { name: 'c', onFailure: 'continue' as const, steps: [step('a', 'c.work'), step('b', 'c.work')] };
  const { id } = await service.create({ definition, start: true }, actor);
  await eventually(() => expect(agent.assigned).toHaveLength(2));
  const a = (await service.get(id)).steps[0];
  expect(a?.state).toMatch(/assigned|running/);
  await control.cancel(a?.taskId as string, actor);
  await eventually(async () => expect((await service.get(id)).steps[0]?.state).toBe('canceled'));
  const canceled = read(await service.cancel(id, actor, 'enough'));
  expect(canceled).toMatchObject({ state: 'canceled', error: { code: 'CANCELED', message: 'enough' } });
  await eventually(() => expect(agent.canceled).toHaveLength(2));
});
