import { statement } from '@baton/persistence';
import { eventually } from '@baton/testing';
import { actor, orchestratorFixture } from '../../../test/orchestrator-fixture';
import { NEVER } from '../../../test/wire-agent';
import { ended, step } from '../../../test/workflow-steps';
import { type Diagnosis } from './insight-desk';

const { startOrchestrator, startAgent } = orchestratorFixture();
type Service = Awaited<ReturnType<typeof startOrchestrator>>['service'];

const STARVED_MS = 5000;
const codesOf = ({ issues }: Diagnosis): unknown[] =>
  issues.map(({ code, step: at, severity }) => [code, at, severity]);

async function finished(service: Service, definition: object): Promise<Diagnosis> {
  const { id } = await service.create({ definition, start: true }, actor);
  await ended(service, id);
  return service.insight.diagnostics(id, STARVED_MS);
}

/** A run whose only step runs; its task has not been answered. */
async function underWay(service: Service, definition: object, ready: () => boolean): Promise<string> {
  const { id } = await service.create({ definition, start: true }, actor);
  await eventually(() => expect(ready()).toBe(true));
  return id;
}

test('a healthy run of many shapes has no issue, while it runs and after', async () => {
  const held: (() => void)[] = [];
  await startAgent('well.work', ({ input }) => input);
  const gate = await startAgent('well.gate', () => new Promise<number>((resolve) => held.push(() => resolve(1))));
  const { service } = await startOrchestrator();
  const definition = {
    name: 'well',
    deadlineSeconds: 600,
    budget: { tasks: 100 },
    steps: [
      step('each', 'well.work', { forEach: '[1..12]' }),
      { id: 'inside', pattern: 'parallel', steps: [step('x', 'well.work'), step('y', 'well.work')] },
      step('gate', 'well.gate', { needs: ['each', 'inside'] }),
      step('last', 'well.work', { needs: ['gate'] }),
    ],
  };
  for (let n = 0; n < 6; n += 1) {
    const id = await underWay(service, definition, () => gate.assigned.length === n + 1);
    expect(await service.insight.diagnostics(id, 0)).toMatchObject({ healthy: true, issues: [] });
    held.forEach((open) => open());
    await ended(service, id);
    expect(await service.insight.diagnostics(id, 0)).toMatchObject({ state: 'completed', healthy: true, issues: [] });
  }
});

test('a step that takes longer than in earlier runs', async () => {
  let ms = 1;
  await startAgent('slow.work', async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return 1;
  });
  const { service } = await startOrchestrator();
  const definition = { name: 'slow', steps: [step('a', 'slow.work'), step('b', 'slow.work', { needs: ['a'] })] };
  for (let n = 0; n < 5; n += 1) expect(codesOf(await finished(service, definition))).toEqual([]);
  ms = 1500;
  const { issues } = await finished(service, definition);
  expect(issues.map(({ code, step: at }) => [code, at])).toEqual([
    ['slow-step', 'a'],
    ['slow-step', 'b'],
  ]);
  expect(issues[0]?.evidence).toMatchObject({ earlier: 5, tasks: 1 });
  expect(issues[0]?.evidence['times'] as number).toBeGreaterThan(3);
});

test('one of three agents fails, and is named; retries got the run through', async () => {
  const fail = (): never => {
    throw new Error('bad disk');
  };
  const bad = await startAgent('flaky.work', fail, { name: 'bad', concurrency: 1 });
  for (const name of ['one', 'two']) await startAgent('flaky.work', ({ input }) => input, { name, concurrency: 1 });
  const { service } = await startOrchestrator();
  const each = step('each', 'flaky.work', {
    ...{ forEach: '[1..60]', concurrency: 3, retry: { maxRetries: 30, initialMs: 1, maxMs: 1 } },
  });
  const { issues } = await finished(service, { name: 'flaky', steps: [each] });
  const found = issues.find(({ code }) => code === 'failing-agent');
  expect(found).toMatchObject({
    evidence: { agentId: bad.agentId, agent: 'bad', capability: 'flaky.work', othersFailed: 0 },
  });
  expect(found?.remedy).toContain(`DELETE /api/agents/${bad.agentId}`);
  expect(found?.evidence['p'] as number).toBeLessThan(0.01);
  expect(issues.every(({ code }) => code === 'failing-agent' || code === 'retry-storm')).toBe(true);
});

test('a task that starves, and who has the slots', async () => {
  const agent = await startAgent('full.work', () => NEVER, { concurrency: 1 });
  const { service, database } = await startOrchestrator();
  const greedy = { name: 'greedy', steps: [step('takes', 'full.work')] };
  const other = await underWay(service, greedy, () => agent.assigned.length === 1);
  const { id } = await service.create(
    { definition: { name: 'poor', steps: [step('a', 'full.work')] }, start: true },
    actor,
  );
  const queued = statement('spec-queued', `select state from tasks where workflow_id = $1 and state = 'queued'`);
  await eventually(async () => expect(await database.run(queued, [id])).toHaveLength(1));
  expect(codesOf(await service.insight.diagnostics(id, 3_600_000))).toEqual([]);
  const { issues } = await service.insight.diagnostics(id, 0);
  expect(issues).toMatchObject([
    {
      code: 'starved',
      step: 'a',
      evidence: { slots: 1, heldByThisRun: 0, obstacle: 'no-free-slot' },
    },
  ]);
  const [starved] = issues;
  expect(starved?.evidence['heldByOthers']).toEqual([{ workflow: 'greedy', workflowId: other, tasks: 1 }]);
  await service.cancel(other, actor);
  await service.cancel(id, actor);
});

test('nobody can do it: now, and later on', async () => {
  const { service, database } = await startOrchestrator();
  const agent = await startAgent('here.work', () => NEVER);
  const gone = await startAgent('gone.work', () => 1);
  const definition = {
    name: 'nobody',
    steps: [
      step('a', 'here.work'),
      step('b', 'gone.work', { needs: ['a'] }),
      step('c', 'here.work', { tags: ['nobody-has-it'] }),
    ],
  };
  const id = await underWay(service, definition, () => agent.assigned.length === 1);
  const leave = statement('spec-leave', `update agents set state = 'terminated', terminated_at = now() where id = $1`);
  await database.run(leave, [gone.agentId]);
  expect(codesOf(await service.insight.diagnostics(id, STARVED_MS))).toEqual([
    ['no-capable-agent', 'c', 'error'],
    ['no-capable-agent', 'b', 'warning'],
  ]);
  await service.cancel(id, actor);
});

test('a step that fails with its stack, a signal that does not come, a pause', async () => {
  const error = {
    code: 'BAD_INPUT',
    message: 'no such page',
    retryable: false,
    stack: 'Error: no such page\n  at page',
  };
  const agent = await startAgent('trace.work', (task) => agent.finish(task, { error }).then(() => NEVER));
  const { service } = await startOrchestrator();
  const failed = await finished(service, { name: 'trace', steps: [step('a', 'trace.work')] });
  expect(failed).toMatchObject({
    healthy: false,
    issues: [{ code: 'failing-step', severity: 'error', evidence: { code: 'BAD_INPUT', stack: error.stack } }],
  });
  const wrong = step('a', 'trace.work', { input: '${{ $number("x") }}' });
  expect(codesOf(await finished(service, { name: 'wrong', steps: [wrong] }))).toEqual([
    ['expression-failed', 'a', 'error'],
  ]);
  const waits = { name: 'waits', steps: [{ id: 'ok', wait: { signal: 'approved' } }] };
  const { id } = await service.create({ definition: waits, start: true }, actor);
  const waiting = await service.insight.diagnostics(id, STARVED_MS);
  expect(codesOf(waiting)).toEqual([['waiting-for-signal', 'ok', 'info']]);
  expect(waiting.healthy).toBe(true);
  await service.pause(id, actor);
  expect(codesOf(await service.insight.diagnostics(id, STARVED_MS))).toEqual([
    ['paused', null, 'info'],
    ['waiting-for-signal', 'ok', 'info'],
  ]);
});
