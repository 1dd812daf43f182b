import {
  type AgentId,
  agentHeartbeat,
  type StepDocument,
  taskAssigned,
  type TaskAssigned,
  taskCanceled,
  type TaskError,
  taskFinished,
  type Workflow,
  type WorkflowDocument,
} from '@baton/contracts';
import { connectBus, outgoing, queues, routes } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { Database, loadCapabilities, registerAgent, statement } from '@baton/persistence';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { CapabilityCatalog } from '../intake/capability-catalog';
import { Completions } from '../intake/completions';
import { Hints } from '../intake/hints';
import { TaskControl } from '../intake/task-control';
import { Brain } from '../leadership/brain';
import { workflowsOf } from './brain-workflows';
import { WorkflowService } from './workflow-service';

const logger = createLogger('test', 'silent');
const actor = 'user:test';
// Fail by their conditions, not by a slow machine.
jest.setTimeout(30_000);

const defaults = { timeoutMs: 20_000, maxRetries: 0 };

let broker: TestBroker;
let place: TestDatabase;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [broker, place] = await Promise.all([testBroker(), testDatabase()]);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(async () => {
  await place.close();
  await broker.close();
});

/** One orchestrator without its API: a brain and a door. */
async function startOrchestrator() {
  const database = new Database({ url: place.url, name: 'test' });
  const bus = await connectBus({ url: broker.url, name: 'orchestrator', source: '/orchestrators/test', logger });
  const hints = new Hints(bus);
  const completions = new Completions(database);
  const catalog = new CapabilityCatalog(() => loadCapabilities(database));
  const brain = new Brain({
    database,
    bus,
    logger,
    hints,
    strategyOf: () => 'least-load',
    startWorkflows: workflowsOf(defaults),
    onEnded: () => undefined,
  });
  brain.start();
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await brain.stop();
      completions.close();
      await bus.close();
      await database.close();
    })());
  closers.push(stop);
  const control = new TaskControl(database, hints, completions);
  return { database, service: new WorkflowService(database, hints, catalog), control, stop };
}

type Behaviour = (task: TaskAssigned) => unknown;
const NEVER = Symbol('never');

/** An agent on the wire; what `behave` throws fails the task, NEVER leaves it running. */
async function startAgent(capability: string, behave: Behaviour, concurrency = 8) {
  const agentId = uuidV7() as AgentId;
  const bus = await connectBus({ url: broker.url, name: 'agent', source: `/agents/${agentId}`, logger });
  const assigned: TaskAssigned[] = [];
  const canceled: string[] = [];
  const finish = (task: TaskAssigned, result: { output: unknown } | { error: TaskError }) => {
    const { taskId, attempt, token } = task;
    const outcome = 'error' in result ? ('failed' as const) : ('completed' as const);
    const data = { taskId, agentId, attempt, token, phases: {}, outcome, ...(result as { output: null }) };
    return bus.publish(routes.results, outgoing(taskFinished, data), { durable: true });
  };
  const work = async (task: TaskAssigned): Promise<void> => {
    try {
      const output = await behave(task);
      if (output !== NEVER) await finish(task, { output });
    } catch (error) {
      await finish(task, { error: { code: 'BOOM', message: (error as Error).message, retryable: false } });
    }
  };
  await bus.consume(
    queues.inbox(agentId),
    (delivery) => {
      for (const event of delivery.events) {
        if (event.type === taskCanceled.type) canceled.push((event.data as { taskId: string }).taskId);
        if (event.type !== taskAssigned.type) continue;
        assigned.push(event.data as TaskAssigned);
        void work(event.data as TaskAssigned);
      }
      return 'done';
    },
    { noAck: true },
  );
  const database = new Database({ url: place.url, name: 'test-registry', connections: 1 });
  const capabilities = [{ name: capability, version: '1.0.0', input: {}, output: {} }];
  const presence = { family: 'test', incarnation: 1, version: '1.0.0', host: 'here', pid: 1, tags: [], channels: [] };
  await registerAgent(
    database,
    { agentId, name: `test-${capability}`, capabilities, concurrency, resources: {}, ...presence },
    { actor: 'registry', maxAgents: 100 },
  );
  await database.close();
  const usage = { cpuPercent: 0, memoryMb: 0, loadAverage: 0 };
  const beat = { agentId, beat: 1, state: 'idle' as const, draining: false, inFlight: [], usage };
  await bus.publish(routes.agentHeartbeats, outgoing(agentHeartbeat, beat));
  closers.push(() => bus.close(0));
  return { agentId, assigned, canceled, finish };
}

const step = (id: string, capability: string, more: Partial<StepDocument> = {}): StepDocument => ({
  id,
  capability,
  ...more,
});

function ended(service: WorkflowService, id: string): Promise<Workflow> {
  return eventually(async () => {
    const workflow = await service.get(id);
    expect(workflow.finishedAt).not.toBeNull();
    return workflow;
  });
}

function statesOf(workflow: Workflow): Record<string, string> {
  return Object.fromEntries(workflow.steps.map((each) => [each.id, each.state]));
}

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
  expect(history.map(({ from, to, actor: who }) => [from, to, who])).toEqual([
    [null, 'created', actor],
    ['created', 'running', actor],
    ['running', 'completed', 'orchestrator'],
  ]);
  const seqs = await database.run<{ seq: number }>(
    statement('t-seq', 'select seq from audit where subject_id = $1 order by seq'),
    [created.id],
  );
  expect(seqs.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const outputs = statement(
    't-out',
    'select count(*)::int as n from workflow_steps where workflow_id = $1 and output is not null',
  );
  expect(await database.run(outputs, [created.id])).toEqual([{ n: 1 }]);
});

test('results tell who did what, and the time outside agents', async () => {
  const agent = await startAgent('r.work', async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return 1;
  });
  const { service } = await startOrchestrator();
  const definition = { name: 'r', steps: [step('a', 'r.work'), step('b', 'r.work', { needs: ['a'] })] };
  const { id } = await service.create({ definition, start: true }, actor);
  await ended(service, id);
  const results = await service.results(id);
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
  expect((await service.history(id)).map(({ to }) => to)).toEqual([
    'created',
    'running',
    'failed',
    'running',
    'completed',
  ]);
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
  expect(await service.start(id, {}, actor)).toMatchObject({ state: 'running' });
  expect(await service.pause(id, actor)).toMatchObject({ state: 'paused' });
  await eventually(() => expect(agent.assigned).toHaveLength(1));
  open();
  await eventually(async () => expect(statesOf(await service.get(id))).toEqual({ a: 'completed', b: 'ready' }));
  expect((await service.resume(id, actor)).state).toMatch(/running|completed/);
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
  const canceled = await service.cancel(id, actor, 'enough');
  expect(canceled).toMatchObject({ state: 'canceled', error: { code: 'CANCELED', message: 'enough' } });
  await eventually(() => expect(agent.canceled).toHaveLength(2));
});

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
