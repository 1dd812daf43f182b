import {
  type AgentId,
  agentHeartbeat,
  LeaseLostError,
  type Submit,
  taskAssigned,
  type TaskAssigned,
  taskCanceled,
  type TaskCanceled,
  taskFinished,
  type TaskFinished,
} from '@baton/contracts';
import { connectBus, outgoing, queues, routes } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { claimTasks, Database, loadCapabilities, registerAgent, statement } from '@baton/persistence';
import { eventually, testBroker, type TestBroker, testDatabase, type TestDatabase } from '@baton/testing';
import { v7 as uuidV7 } from 'uuid';
import { CapabilityCatalog } from '../intake/capability-catalog';
import { Completions } from '../intake/completions';
import { Hints } from '../intake/hints';
import { Intake } from '../intake/intake';
import { TaskControl } from '../intake/task-control';
import { Brain } from './brain';

const logger = createLogger('test', process.env.TEST_LOG === undefined ? 'silent' : 'debug');
const noWorkflows = () => ({
  alone: <Result>(transaction: () => Promise<Result>) => transaction(),
  afterTasks: () => Promise.resolve({ afterCommit: () => undefined }),
  takeInbox: () => Promise.resolve(),
  stop: () => Promise.resolve(),
});

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

/** One orchestrator without its API. */
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
    startWorkflows: noWorkflows,
    onEnded: (tasks) => completions.ended(tasks.map((task) => task.taskId)),
  });
  brain.start();
  const stop = once(async () => {
    await brain.stop();
    completions.close();
    await bus.close();
    await database.close();
  });
  closers.push(stop);
  return {
    brain,
    database,
    completions,
    intake: new Intake(database, catalog, hints, { timeoutMs: 5000, maxRetries: 3 }),
    control: new TaskControl(database, hints, completions),
    stop,
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

type Answer = Pick<TaskFinished, 'outcome' | 'output' | 'error'> | 'nothing';

/** A registered agent on the wire that answers each attempt as the test says. */
async function startAgent(capability: string, answer: (task: TaskAssigned) => Answer, concurrency = 4) {
  const agentId = uuidV7() as AgentId;
  const bus = await connectBus({ url: broker.url, name: 'agent', source: `/agents/${agentId}`, logger });
  const assigned: TaskAssigned[] = [];
  const canceled: TaskCanceled[] = [];
  const finish = (task: TaskAssigned, result: Exclude<Answer, 'nothing'>) => {
    const { taskId, attempt, token } = task;
    return bus.publish(
      routes.results,
      outgoing(taskFinished, { taskId, agentId, attempt, token, phases: {}, ...result }),
      {
        durable: true,
      },
    );
  };
  await bus.consume(
    queues.inbox(agentId),
    (delivery) => {
      for (const event of delivery.events) {
        if (event.type === taskCanceled.type) canceled.push(event.data as TaskCanceled);
        if (event.type !== taskAssigned.type) continue;
        const task = event.data as TaskAssigned;
        assigned.push(task);
        const result = answer(task);
        if (result !== 'nothing') void finish(task, result);
      }
      return 'done';
    },
    { noAck: true },
  );
  const database = new Database({ url: place.url, name: 'test-registry', connections: 1 });
  await registerAgent(
    database,
    {
      agentId,
      name: `test-${agentId}`,
      family: 'test',
      incarnation: 1,
      version: '1.0.0',
      host: 'here',
      pid: 1,
      capabilities: [{ name: capability, version: '1.0.0', input: {}, output: {} }],
      tags: [],
      concurrency,
      resources: {},
      channels: [],
    },
    { actor: 'registry', maxAgents: 100 },
  );
  await database.close();
  const beat = (tasks: readonly TaskAssigned[]) =>
    bus.publish(
      routes.agentHeartbeats,
      outgoing(agentHeartbeat, {
        agentId,
        beat: 1,
        state: 'idle',
        draining: false,
        inFlight: tasks.map(({ taskId, token }) => ({ taskId, token })),
        usage: { cpuPercent: 0, memoryMb: 0, loadAverage: 0 },
      }),
    );
  await beat([]);
  const stop = once(() => bus.close(0));
  closers.push(stop);
  return { agentId, bus, assigned, canceled, finish, beat, stop };
}

interface Entry {
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: string | null;
  readonly seq: number;
}
const HISTORY = statement(
  'test-history',
  `select from_state as "from", to_state as "to", attempt, agent_id as "agentId", seq from audit
    where subject = $2 and subject_id = $1 order by seq`,
);
const TASK = statement('test-task', 'select state, output, error, attempt, capability from tasks where id = $1');

async function path(database: Database, id: string): Promise<string> {
  const entries = await database.run<Entry>(HISTORY, [id, 'task']);
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
  return entries.map((entry) => entry.to).join(' ');
}

const by = { actor: 'user:test' };
const completed: Answer = { outcome: 'completed', output: { ok: true } };
const failed: Answer = { outcome: 'failed', error: { code: 'BOOM', message: 'boom', retryable: true } };

test('I1 an accepted task is dispatched, recorded once, and audited without a gap', async () => {
  await startAgent('one.run', () => completed);
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'one.run', input: { a: [1, 'x'] } }, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(await path(database, task.id)).toBe('queued assigned completed');
  const [row] = await database.run(TASK, [task.id]);
  expect(row).toMatchObject({ state: 'completed', output: '{"ok":true}', attempt: 1 });
});

test('a failure is tried again after a back-off, then elsewhere by its fallback', async () => {
  let calls = 0;
  await startAgent('two.flaky', () => (calls++, failed));
  await startAgent('two.plain', () => completed);
  const { intake, completions, database } = await startOrchestrator();
  const submit: Submit = {
    capability: 'two.flaky',
    input: null,
    maxRetries: 1,
    retry: { initialMs: 20, jitter: 0 },
    fallback: ['two.plain'],
  };
  const { task } = await intake.submit(submit, by);
  expect(await completions.wait(task.id, 10_000)).toBe(true);
  expect(calls).toBe(2);
  expect(await path(database, task.id)).toBe('queued assigned queued assigned queued assigned completed');
  const [row] = await database.run(TASK, [task.id]);
  expect(row).toMatchObject({ state: 'completed', attempt: 3, capability: 'two.plain' });
});

test('I3 a result with another token changes nothing and is audited as stale', async () => {
  const agent = await startAgent('three.slow', () => 'nothing');
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'three.slow', input: 1 }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  await agent.finish(
    { ...attempt, token: uuidV7() as TaskAssigned['token'] },
    { outcome: 'completed', output: 'forged' },
  );
  await eventually(async () => (await database.run(HISTORY, [task.id, 'result'])).length === 1);
  expect(await path(database, task.id)).toBe('queued assigned');
  await agent.finish(attempt, { outcome: 'completed', output: 'true one' });
  expect(await completions.wait(task.id, 5000)).toBe(true);
  await agent.finish(attempt, { outcome: 'completed', output: 'again' });
  await eventually(async () => (await database.run(HISTORY, [task.id, 'result'])).length === 2);
  expect((await database.run(TASK, [task.id]))[0]).toMatchObject({ state: 'completed', output: '"true one"' });
});

test('what a dead agent had goes to another one', async () => {
  const first = await startAgent('four.work', () => 'nothing');
  const { intake, completions, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'four.work', input: 1 }, by);
  await eventually(() => first.assigned.length === 1);
  const second = await startAgent('four.work', () => completed);
  await first.stop();
  expect(await completions.wait(task.id, 15_000)).toBe(true);
  expect(second.assigned.map((attempt) => attempt.attempt).at(-1)).toBeGreaterThan(1);
  expect(await path(database, task.id)).toMatch(/^queued assigned (queued assigned )+completed$/);
}, 30_000);

test('cancellation is final at once and reaches the agent', async () => {
  const agent = await startAgent('five.long', () => 'nothing');
  const { intake, control, database } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'five.long', input: 1 }, by);
  await eventually(() => agent.assigned.length === 1);
  await control.cancel(task.id, 'user:test');
  await eventually(() => agent.canceled.length === 1);
  expect(agent.canceled[0]?.token).toBe(agent.assigned[0]?.token);
  expect(await path(database, task.id)).toBe('queued assigned canceled');
  await expect(control.retry(task.id, 'user:test')).resolves.toBeUndefined();
  await expect(control.cancel(uuidV7(), 'user:test')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
});

test('an attempt that an agent never mentions is given out again', async () => {
  const agent = await startAgent('six.lost', () => (agent.assigned.length > 1 ? completed : 'nothing'));
  const { intake, completions } = await startOrchestrator();
  const { task } = await intake.submit({ capability: 'six.lost', input: 1 }, by);
  await eventually(() => agent.assigned.length === 1);
  for (let beats = 0; beats < 3; beats += 1) await agent.beat([]);
  expect(await completions.wait(task.id, 5000)).toBe(true);
  expect(agent.assigned).toHaveLength(2);
});

test('a scheduled task waits for its time, and a passed deadline fails it', async () => {
  await startAgent('seven.later', () => completed);
  const { intake, completions, database } = await startOrchestrator();
  const later = await intake.submit({ capability: 'seven.later', input: 1, delaySeconds: 0.3 }, by);
  expect(later.task.state).toBe('scheduled');
  const late = await intake.submit(
    { capability: 'seven.later', input: 1, delaySeconds: 60, deadline: new Date(Date.now() + 200).toISOString() },
    by,
  );
  expect(await completions.wait(later.task.id, 5000)).toBe(true);
  expect(await path(database, later.task.id)).toBe('scheduled queued assigned completed');
  expect(await completions.wait(late.task.id, 5000)).toBe(true);
  expect(await path(database, late.task.id)).toBe('scheduled failed');
});

test('I3 one brain at a time; the next one goes on where the first stopped, and an old epoch cannot write', async () => {
  const agent = await startAgent('eight.over', (task) => (task.input === 'wait' ? 'nothing' : completed));
  const first = await startOrchestrator();
  await eventually(() => first.brain.epoch !== undefined);
  const second = await startOrchestrator();
  const { task } = await second.intake.submit({ capability: 'eight.over', input: 'wait' }, by);
  const attempt = await eventually(() => agent.assigned[0] ?? false);
  if (!attempt) throw new Error('unreachable');
  expect(second.brain.epoch).toBeUndefined();
  const oldEpoch = first.brain.epoch as number;
  await first.stop();
  await eventually(() => second.brain.epoch !== undefined);
  await agent.finish(attempt, completed);
  expect(await second.completions.wait(task.id, 5000)).toBe(true);
  expect(await path(second.database, task.id)).toBe('queued assigned completed');
  const claim = { taskId: task.id, agentId: agent.agentId, token: uuidV7(), why: null };
  await expect(claimTasks(second.database, oldEpoch, [claim])).rejects.toBeInstanceOf(LeaseLostError);
});

test('a result that the database refuses fails its own task; the brain goes on in the same term', async () => {
  const refuse = [
    `create function refuse_poison() returns trigger language plpgsql as
      'begin if new.output = ''"poison"'' then raise exception ''no such output''; end if; return new; end'`,
    'create trigger refuse_poison before update on tasks for each row execute function refuse_poison()',
  ];
  await startAgent('poison.out', (task) => ({ outcome: 'completed', output: task.input }));
  const { intake, completions, database, brain } = await startOrchestrator();
  for (const [index, text] of refuse.entries()) await database.run(statement(`test-refuse-${index}`, text));
  await eventually(() => brain.epoch !== undefined);
  const { epoch } = brain;
  const inputs = ['fine', 'poison', 'fine', 'fine'];
  const tasks = await intake.submitMany(
    inputs.map((input) => ({ capability: 'poison.out', input })),
    by,
  );
  for (const { task } of tasks) expect(await completions.wait(task.id, 10_000)).toBe(true);
  const rows = await Promise.all(tasks.map(({ task }) => database.run(TASK, [task.id])));
  expect(rows.map(([row]) => row?.state)).toEqual(['completed', 'failed', 'completed', 'completed']);
  expect(rows[1]?.[0]?.error).toContain('RESULT_UNRECORDABLE');
  expect(brain.epoch).toBe(epoch);
}, 20_000);

test('the largest inputs reach their agent, however many go at once', async () => {
  const sizes: number[] = [];
  await startAgent('ten.large', (task) => (sizes.push((task.input as string).length), completed), 20);
  const { intake, completions } = await startOrchestrator();
  const input = 'x'.repeat(1024 * 1024 - 2);
  const tasks = await intake.submitMany(
    Array.from({ length: 12 }, () => ({ capability: 'ten.large', input })),
    by,
  );
  for (const { task } of tasks) expect(await completions.wait(task.id, 20_000)).toBe(true);
  expect(sizes).toEqual(Array(12).fill(input.length));
}, 30_000);

test('2000 tasks through one agent: each completed once', async () => {
  await startAgent('nine.many', () => completed, 64);
  const { intake, database } = await startOrchestrator();
  const submits = Array.from({ length: 500 }, (_, index): Submit => ({ capability: 'nine.many', input: index }));
  for (let batch = 0; batch < 4; batch += 1) await intake.submitMany(submits, by);
  const count = statement(
    'test-count',
    `select count(*)::int as n from tasks where capability = 'nine.many' and state = 'completed'`,
  );
  await eventually(async () => (await database.run<{ n: number }>(count))[0]?.n === 2000, { timeoutMs: 20_000 });
}, 30_000);
