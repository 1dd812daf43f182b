import { type SpawnedResult, type TaskAssigned, type TaskFinished, taskFinished } from '@baton/contracts';
import { createValidator } from '@baton/bus';
import { createLogger } from '@baton/observability';
import { BusStandIn } from '../../test/bus-stand-in';
import { assignment, newAgentId } from '../../test/mesh-stand-in';
import { Capability } from '../capability/capability';
import { compileOffers } from '../capability/offer';
import { type TaskContext } from '../capability/task-context';
import { Messages } from '../messages/messages';
import { ProgressSender } from './progress-sender';
import { Reporter } from './reporter';
import { ResultOutbox } from './result-outbox';
import { Runner } from './runner';

const logger = createLogger('runner', 'silent');
type Handler = (input: unknown, task: TaskContext) => unknown;
let wire: BusStandIn;

beforeEach(() => {
  jest.useFakeTimers();
  wire = new BusStandIn();
});
afterEach(() => jest.useRealTimers());

function runnerOf(handler: Handler, concurrency = 1): Runner {
  class Work extends Capability<unknown, unknown> {
    readonly name = 'test.work';
    readonly input = {};
    readonly output = {};
    execute(input: unknown, task: TaskContext): unknown {
      return handler(input, task);
    }
  }
  const agentId = newAgentId();
  const offers = compileOffers([new Work()], concurrency);
  const reporter = new Reporter(agentId, new ResultOutbox(wire.bus, logger), logger);
  const progress = new ProgressSender(wire.bus, agentId, logger);
  return new Runner({ offers, concurrency, reporter, progress, messages: new Messages(), logger });
}

const turn = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const two = [
  { capability: 'a.b', input: 1 },
  { capability: 'a.b', priority: 7 },
];
const completed: SpawnedResult = { ...assignment('a.b', 1), state: 'completed', output: 5, error: null };
const failed: SpawnedResult = {
  ...completed,
  state: 'failed',
  output: null,
  error: { code: 'BOOM', message: 'boom', retryable: false },
};

/** The one result of an attempt that does this. */
async function resultOf(handler: Handler, more: Partial<TaskAssigned> = {}): Promise<TaskFinished> {
  runnerOf(handler).assign(assignment('test.work', null, more));
  await turn();
  expect(wire.results).toHaveLength(1);
  expect(createValidator(taskFinished.schema)(wire.results[0])).toEqual([]);
  return wire.results[0] as TaskFinished;
}

test('R6 a spawn ends the attempt: its slot is free, its signal aborted, and nothing after it happens', async () => {
  const after = jest.fn();
  const reasons: unknown[] = [];
  const runner = runnerOf(async (input, task) => {
    if (input === 'plain') return 1;
    task.signal.addEventListener('abort', () => reasons.push(task.signal.reason));
    await task.spawn('k', two).then(after, after);
    after();
    return 2;
  });
  runner.assign(assignment('test.work', null));
  runner.assign(assignment('test.work', 'plain'));
  await turn(120_000);
  expect(wire.results).toMatchObject([
    { outcome: 'waiting', spawn: { key: 'k', tasks: [two[0], { capability: 'a.b', priority: 7, input: null }] } },
    { outcome: 'completed', output: 1 },
  ]);
  expect(after).not.toHaveBeenCalled();
  expect(reasons).toMatchObject([{ why: 'waiting' }]);
  expect(runner.inFlight).toEqual([]);
});

test('R6 a signal that is asked for after the spawn is aborted too', async () => {
  let context: TaskContext | undefined;
  await resultOf((_, task) => {
    context = task;
    return task.spawn('k', two);
  });
  expect(context?.signal.aborted).toBe(true);
});

test('R1 an assignment that comes twice is answered with the same spawn', async () => {
  const runner = runnerOf((_, task) => task.spawn('k', two));
  const task = assignment('test.work', null);
  runner.assign(task);
  await turn();
  runner.assign(task);
  await turn();
  expect(wire.results.map(({ outcome, token }) => [outcome, token])).toEqual([1, 2].map(() => ['waiting', task.token]));
});

test('in the next attempt the same call gives what became of the batch, and the next batch ends it again', async () => {
  const handler: Handler = async (_, task) => {
    const first = await task.spawn('first', two);
    return task.spawn('second', [{ capability: 'c.d', input: first.map(({ output }) => output) }]);
  };
  const spawned = { first: [completed, failed] };
  expect(await resultOf(handler, { spawned })).toMatchObject({
    outcome: 'waiting',
    spawn: { key: 'second', tasks: [{ capability: 'c.d', input: [5, null] }] },
  });
});

test('a batch that another capability did by fallback is the same batch', async () => {
  const tasks = [{ capability: 'x.y', fallback: ['a.b'] }];
  expect(await resultOf((_, task) => task.spawn('k', tasks), { spawned: { k: [completed] } })).toMatchObject({
    outcome: 'completed',
  });
});

test('with failFast a subtask that did not complete fails the task for good, and tells which', async () => {
  const handler: Handler = (_, task) => task.spawn('k', two, { failFast: true });
  const { error } = await resultOf(handler, { spawned: { k: [completed, failed] } });
  expect(error).toMatchObject({ code: 'SUBTASK_FAILED', retryable: false });
  expect(error?.message).toMatch(/Task 1 of batch "k" \(a\.b, .*\) failed: BOOM boom/);
});

test('with failFast all that completed is what there is', async () => {
  const handler: Handler = (_, task) => task.spawn('k', two, { failFast: true });
  expect(await resultOf(handler, { spawned: { k: [completed, completed] } })).toMatchObject({ outcome: 'completed' });
});

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
test.each<[string, string, Handler]>([
  ['other tasks than before', 'SPAWN_CHANGED', (_, task) => task.spawn('k', [{ capability: 'c.d' }])],
  ['more tasks than before', 'SPAWN_CHANGED', (_, task) => task.spawn('k', [...two, ...two])],
  ['no tasks', 'SPAWN_INVALID', (_, task) => task.spawn('l', [])],
  ['no key', 'SPAWN_INVALID', (_, task) => task.spawn('', two)],
  ['a field nobody knows', 'SPAWN_INVALID', (_, task) => task.spawn('l', [{ capability: 'a.b', x: 1 } as never])],
  ['what is no JSON', 'SPAWN_INVALID', (_, task) => task.spawn('l', [{ capability: 'a.b', input: cyclic as never }])],
  [
    'too much',
    'SPAWN_TOO_LARGE',
    (_, task) => task.spawn('l', [{ capability: 'a.b', input: 'x'.repeat(2 * 1024 * 1024) }]),
  ],
])('%s fails the attempt as %s', async (_, code, handler) => {
  const { outcome, error } = await resultOf(handler, { spawned: { k: [completed] } });
  expect([outcome, error?.code, error?.retryable]).toEqual(['failed', code, false]);
});

test('a task that is canceled spawns nothing any more', async () => {
  let letGo = (): void => undefined;
  const runner = runnerOf(async (_, task) => {
    await new Promise<void>((resolve) => (letGo = resolve));
    return task.spawn('k', two);
  });
  const task = assignment('test.work', null);
  runner.assign(task);
  await turn();
  runner.cancel({ ...task, reason: 'not wanted' });
  letGo();
  await turn();
  expect(wire.results.map(({ outcome }) => outcome)).toEqual(['canceled']);
});

test('cost adds up, quality is what was said last of each, and both are told however the attempt ends', async () => {
  const handler: Handler = (_, task) => {
    task.cost(1);
    task.cost(0.5);
    task.quality({ confidence: 0.9, citations: 1 });
    task.quality({ citations: 3 });
    throw new Error('all the same');
  };
  expect(await resultOf(handler)).toMatchObject({
    outcome: 'failed',
    cost: 1.5,
    quality: { confidence: 0.9, citations: 3 },
  });
});

test.each<[string, (task: TaskContext) => void]>([
  ['a cost below 0', (task) => task.cost(-1)],
  ['a cost that is no number', (task) => task.cost(NaN)],
  ['a confidence beyond 1', (task) => task.quality({ confidence: 2 })],
])('%s is a mistake that shows', async (_, say) => {
  expect(await resultOf((__, task) => say(task))).toMatchObject({
    outcome: 'failed',
    error: { code: 'CAPABILITY_FAILED' },
  });
});
