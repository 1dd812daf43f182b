import { type JsonSchema, type TaskAssigned, type TaskFinished } from '@baton/contracts';
import { createLogger } from '@baton/observability';
import { BusStandIn } from '../../test/bus-stand-in';
import { assignment } from '../../test/mesh-stand-in';
import { type AnyCapability, Capability, type CapabilityExtras } from '../capability/capability';
import { compileOffers, type Offer } from '../capability/offer';
import { type TaskContext } from '../capability/task-context';
import { Messages } from '../messages/messages';
import { ProgressSender } from './progress-sender';
import { Reporter } from './reporter';
import { ResultOutbox } from './result-outbox';
import { Runner } from './runner';

const agentId = assignment('x.y', null).taskId as string as Parameters<typeof newReporter>[0];
const logger = createLogger('runner', 'silent');
let wire: BusStandIn;

function newReporter(...[id, outbox]: [ConstructorParameters<typeof Reporter>[0], ResultOutbox]): Reporter {
  return new Reporter(id, outbox, logger);
}

class Work extends Capability<unknown, unknown> {
  readonly name: string = 'test.work';
  readonly input: JsonSchema = {};
  readonly output: JsonSchema = {};
  readonly started: TaskContext[] = [];
  readonly letGo: ((output: unknown) => void)[] = [];
  readonly fail: ((error: Error) => void)[] = [];
  execute(_input: unknown, task: TaskContext): Promise<unknown> {
    this.started.push(task);
    return new Promise((resolve, reject) => {
      this.letGo.push(resolve);
      this.fail.push(reject);
    });
  }
}

function runnerOf(
  concurrency: number,
  work: Work = new Work(),
  extras: Partial<CapabilityExtras<unknown, unknown>> = {},
): Runner {
  const outbox = new ResultOutbox(wire.bus, logger);
  const capability = Object.assign(work, extras) as AnyCapability;
  return new Runner({
    offers: compileOffers([capability], concurrency),
    concurrency,
    reporter: newReporter(agentId, outbox),
    progress: new ProgressSender(wire.bus, agentId, logger),
    messages: new Messages(),
    logger,
  });
}

function assigned(count: number, input: TaskAssigned['input'] = null): TaskAssigned[] {
  return Array.from({ length: count }, () => assignment('test.work', input));
}

const turn = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const outcomes = (): [string, string | undefined][] =>
  wire.results.map(({ outcome, error }: TaskFinished) => [outcome, error?.code]);

beforeEach(() => {
  jest.useFakeTimers();
  wire = new BusStandIn();
});
afterEach(() => jest.useRealTimers());

test('R1 the same attempt runs once; after its end the kept result is sent again', async () => {
  const work = new Work();
  const runner = runnerOf(2, work);
  const [task] = assigned(1) as [TaskAssigned];
  runner.assign(task);
  runner.assign(task);
  work.letGo[0]?.('done');
  await turn();
  runner.assign(task);
  await turn();
  expect(work.started).toHaveLength(1);
  expect(wire.results.map((result) => result.output)).toEqual(['done', 'done']);
});

test('R2 no more run than there are slots, the surplus waits, the rest is handed back', async () => {
  const work = new Work();
  const runner = runnerOf(2, work);
  for (const task of assigned(2 + (2 * 2 + 16) + 1)) runner.assign(task);
  await turn();
  expect(work.started).toHaveLength(2);
  expect(outcomes()).toEqual([['rejected', 'AGENT_FULL']]);
  for (let at = 0; at < 22; at++) {
    work.letGo[at]?.(at);
    await turn();
    expect(work.started.length).toBeLessThanOrEqual(at + 3);
  }
  expect(wire.results.filter((result) => result.outcome === 'completed')).toHaveLength(22);
});

test('R2 a capability has a limit of its own', async () => {
  const work = new Work();
  const runner = runnerOf(4, work, { concurrency: 1 });
  for (const task of assigned(3)) runner.assign(task);
  await turn();
  expect(work.started).toHaveLength(1);
  work.letGo[0]?.(0);
  await turn();
  expect(work.started).toHaveLength(2);
});

test('R3 an attempt is in flight until the broker has its result', async () => {
  let open = (): void => undefined;
  wire.gate = new Promise((resolve) => (open = resolve));
  const work = new Work();
  const runner = runnerOf(1, work);
  const [first, second] = assigned(2) as [TaskAssigned, TaskAssigned];
  runner.assign(first);
  runner.assign(second);
  work.letGo[0]?.(1);
  await turn();
  expect(work.started).toHaveLength(2); // its slot is free already
  expect(runner.inFlight.map(({ token }) => token)).toEqual([first.token, second.token]);
  open();
  await turn();
  expect(runner.inFlight.map(({ token }) => token)).toEqual([second.token]);
});

test('R4 a cancel that comes before its assignment still counts', async () => {
  const work = new Work();
  const runner = runnerOf(1, work);
  const [task] = assigned(1) as [TaskAssigned];
  runner.cancel({ ...task, reason: 'not wanted' });
  runner.assign(task);
  await turn();
  expect(outcomes()).toEqual([['canceled', undefined]]);
  expect(work.started).toHaveLength(0);
});

test('R5 while too many results wait for the broker nothing further is started', async () => {
  wire.gate = new Promise(() => undefined);
  class Quick extends Work {
    override execute(): Promise<unknown> {
      this.started.push({} as TaskContext);
      return Promise.resolve(null);
    }
  }
  const work = new Quick();
  const runner = runnerOf(10, work);
  for (let round = 0; round < 300; round++) {
    for (const task of assigned(10)) runner.assign(task);
    await turn();
  }
  expect(work.started.length).toBeGreaterThan(1000);
  expect(work.started.length).toBeLessThanOrEqual(2000 + 10);
  expect(runner.inFlight.length).toBeLessThanOrEqual(2000 + 10 + 36);
});

test('input and output that do not fit their schemas fail for good', async () => {
  const work = Object.assign(new Work(), { input: { type: 'number' }, output: { type: 'string' } });
  const runner = runnerOf(2, work);
  for (const task of [...assigned(1, 'text'), ...assigned(1, 1)]) runner.assign(task);
  work.letGo[0]?.(7);
  await turn();
  expect(outcomes()).toEqual([
    ['failed', 'INPUT_INVALID'],
    ['failed', 'OUTPUT_INVALID'],
  ]);
  expect(wire.results.map((result) => result.error?.retryable)).toEqual([false, false]);
  expect(work.started).toHaveLength(1);
});

test('a canceled attempt reports canceled when it has ended, whatever it made of it', async () => {
  const work = new Work();
  const runner = runnerOf(2, work);
  const [one, two] = assigned(2) as [TaskAssigned, TaskAssigned];
  runner.assign(one);
  runner.assign(two);
  for (const task of [one, two]) runner.cancel({ ...task, reason: 'not wanted' });
  expect(work.started[0]?.signal.reason).toMatchObject({ why: 'canceled', message: 'not wanted' });
  await turn();
  expect(wire.results).toHaveLength(0);
  work.letGo[0]?.('anyway');
  work.fail[1]?.(new Error('aborted'));
  await turn();
  expect(outcomes()).toEqual([
    ['canceled', undefined],
    ['canceled', undefined],
  ]);
});

test('one that ignores its signal loses its slot after the grace time; what it says later is not heard', async () => {
  const work = new Work();
  const runner = runnerOf(1, work);
  const [deaf, next] = assigned(2) as [TaskAssigned, TaskAssigned];
  runner.assign(deaf);
  runner.assign(next);
  runner.cancel({ ...deaf, reason: 'not wanted' });
  await turn(4_900);
  expect(work.started).toHaveLength(1);
  await turn(200);
  expect(outcomes()).toEqual([['canceled', undefined]]);
  expect(work.started).toHaveLength(2);
  work.letGo[0]?.('late');
  await turn();
  expect(wire.results).toHaveLength(1);
});

test('past its time an attempt fails as TASK_TIMEOUT, also one that never got a slot', async () => {
  const work = new Work();
  const runner = runnerOf(1, work);
  runner.assign(assignment('test.work', null, { timeoutMs: 1000 }));
  runner.assign(assignment('test.work', null, { timeoutMs: 500 }));
  await turn(600);
  expect(outcomes()).toEqual([['failed', 'TASK_TIMEOUT']]);
  await turn(500);
  expect(work.started[0]?.signal.aborted).toBe(true);
  work.fail[0]?.(new Error('aborted'));
  await turn();
  expect(outcomes()).toHaveLength(2);
  expect(wire.results[1]?.error).toMatchObject({ code: 'TASK_TIMEOUT', retryable: true });
});

test.each([7_200_000, -7_200_000])(
  'a wall clock that jumps by %d ms neither ends an attempt nor lets it live on',
  async (ms) => {
    const work = new Work();
    runnerOf(1, work).assign(assignment('test.work', null, { timeoutMs: 1000 }));
    await turn();
    jest.setSystemTime(Date.now() + ms);
    await turn(900);
    expect(work.started[0]?.signal.aborted).toBe(false);
    await turn(200);
    expect(work.started[0]?.signal.aborted).toBe(true);
  },
);

test('draining: those that wait and those that come are handed back, work that ends counts, the rest is aborted', async () => {
  const work = new Work();
  const runner = runnerOf(2, work);
  for (const task of assigned(3)) runner.assign(task);
  let drained = false;
  void runner.drain(1000).then(() => (drained = true));
  for (const task of assigned(1)) runner.assign(task);
  await turn();
  expect(outcomes()).toEqual([
    ['rejected', 'AGENT_DRAINING'],
    ['rejected', 'AGENT_DRAINING'],
  ]);
  work.letGo[0]?.('in time');
  await turn(1100);
  expect(drained).toBe(false);
  expect(work.started[1]?.signal.aborted).toBe(true);
  await turn(1100);
  expect(drained).toBe(true);
  expect(outcomes().slice(2)).toEqual([
    ['completed', undefined],
    ['rejected', 'AGENT_DRAINING'],
  ]);
});

test('short attempts say nothing in between; lasting ones tell their phase, then their progress in turn', async () => {
  const work = new Work();
  const runner = runnerOf(1, work);
  const [task] = assigned(1) as [TaskAssigned];
  runner.assign(task);
  work.started[0]?.progress(10, 'begun');
  await turn(150);
  expect(wire.progress).toHaveLength(0);
  await turn(100);
  expect(wire.progress).toMatchObject([{ token: task.token, phase: 'executing', percent: 10, message: 'begun' }]);
  for (const percent of [20, 30, 400]) work.started[0]?.progress(percent);
  await turn(300);
  expect(wire.progress).toHaveLength(1);
  await turn(300);
  expect(wire.progress.map((one) => one.percent)).toEqual([10, 100]);
});

test('a capability this agent does not have is handed back', async () => {
  runnerOf(1).assign(assignment('test.other', null));
  await turn();
  expect(outcomes()).toEqual([['rejected', 'CAPABILITY_UNKNOWN']]);
});

test('what it knows of itself when it is asked to bid', async () => {
  const work = new Work();
  const runner = runnerOf(2, work);
  const offer = compileOffers([work], 2).get('test.work') as Offer;
  expect(runner.workload(offer)).toEqual({ waitMs: 0, meanMs: undefined, confidence: 0.5 });
  for (const task of assigned(3)) runner.assign(task);
  expect(runner.workload(offer)?.waitMs).toBe(1500);
  await turn(400);
  work.letGo[0]?.('done');
  work.fail[1]?.(new Error('no'));
  await turn();
  expect(runner.workload(offer)).toMatchObject({ waitMs: 0, meanMs: 400 });
  expect(runner.workload(offer)?.confidence).toBeLessThan(0.6);
  void runner.drain(1000);
  expect(runner.workload(offer)).toBeUndefined();
});
