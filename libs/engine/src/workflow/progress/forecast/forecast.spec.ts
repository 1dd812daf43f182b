import { type StepDocument } from '@baton/contracts';
import { chanceFrom } from '../../../scheduling/chance';
import { needs, PlayedRun, type PlayedDocument, step } from '../../run/play-run';
import { forecast, forecastOf, playsOf } from './forecast';
import { MinHeap } from './min-heap';
import { type ForecastKnowledge } from './plan-builder';
import { plainKey, planOfRun } from './index';
import { simulate } from './simulate';

/** All work takes a second, nearly exactly. */
const SECOND = { count: 100_000, meanLog: Math.log(1000), varianceLog: 1e-9 };
const knowing = (more: Partial<ForecastKnowledge> = {}): ForecastKnowledge => ({
  durationsOf: () => SECOND,
  slotsOf: () => undefined,
  childrenOf: () => undefined,
  assignedAt: () => undefined,
  ...more,
});
const planOf = (play: PlayedRun, more: Partial<ForecastKnowledge> = {}) => planOfRun(play.run, play.now, knowing(more));
/** Seconds until the end, to a tenth. */
function left(play: PlayedRun, more: Partial<ForecastKnowledge> = {}): number | undefined {
  const plan = planOf(play, more);
  return plan && Math.round(simulate(plan, chanceFrom(1)) / 100) / 10;
}
async function started(document: PlayedDocument, input: object = {}): Promise<PlayedRun> {
  const play = new PlayedRun(document);
  await play.send({ kind: 'start', input: input as Record<string, number[]> });
  return play;
}
const as = (one: object): StepDocument => one as StepDocument;
const work = (id: string, more: object = {}): StepDocument => as({ id, capability: 'work', ...more });

test('a chain takes the sum, what is parallel the longest, and slots are shared', async () => {
  const chain = await started([work('a'), work('b', needs('a')), work('c', needs('b'))]);
  expect(left(chain)).toBe(3);
  await chain.later(0.4);
  expect(left(chain)).toBe(2.6);
  await chain.end('a');
  expect(left(chain)).toBe(2);
  const wide = await started(['a', 'b', 'c', 'd', 'e'].map((id) => work(id)));
  expect(left(wide)).toBe(1);
  expect(left(wide, { slotsOf: () => 2, assignedAt: () => null })).toBe(3);
  expect(left(wide, { slotsOf: () => 0, assignedAt: () => null })).toBe(5);
  expect(left(wide, { assignedAt: (key) => (key === 'a' ? new Date(wide.now.getTime() - 300) : null) })).toBe(1);
});

test('the limit of the run counts, and of a sub-workflow', async () => {
  const steps = ['a', 'b', 'c', 'd'].map((id) => work(id));
  expect(left(await started({ steps, concurrency: 2 }))).toBe(2);
  const sub = as({ id: 'sub', workflow: 'stored' });
  const play = new PlayedRun([sub], { stored: { stored: { steps, concurrency: 1 } } });
  expect(left(play)).toBe(4);
  await play.start();
  expect(left(play)).toBe(4);
  await play.end('sub/a');
  expect(left(play)).toBe(3);
  const free = new PlayedRun([sub], { stored: { stored: { steps } } });
  expect(left(free)).toBe(1);
});

test('elements are counted once they are known, and taken from earlier runs before', async () => {
  const each = as({ id: 'each', capability: 'work', forEach: 'steps.a.output', concurrency: 2 });
  const play = await started([work('a'), each]);
  expect(left(play)).toBeUndefined();
  expect(left(play, { childrenOf: (key) => (key === 'each' ? 6.2 : undefined) })).toBe(4);
  expect(left(play, { childrenOf: () => 0 })).toBe(1);
  expect(planOf(play, { childrenOf: () => 6 })?.guessed).toBeGreaterThan(0.3);
  await play.end('a', 'completed', [1, 2, 3, 4]);
  expect(left(play)).toBe(2);
  expect(planOf(play)?.guessed).toBe(0);
  await play.end('each[0]');
  expect(left(play, { childrenOf: () => 100 })).toBe(2);
  const all = await started([as({ ...each, forEach: '[1,2,3]', concurrency: undefined })]);
  expect(left(all)).toBe(1);
});

test('stages of a pipeline overlap', async () => {
  const stages = [{ capability: 'work' }, { capability: 'work', concurrency: 2 }, { capability: 'work' }];
  const play = await started([as({ id: 'p', pattern: 'pipeline', items: '[1,2,3,4]', stages })]);
  expect(left(play)).toBe(6);
  await play.later(1);
  await play.end('p[0]');
  expect(left(play)).toBe(5);
  const any = new PlayedRun([as({ id: 'p', pattern: 'pipeline', items: 'input.l', stages, order: 'any' })]);
  expect(left(any, { childrenOf: () => 6 })).toBe(4);
});

test('a swarm goes round by round, until it usually stops', async () => {
  const swarm = { id: 's', pattern: 'swarm', capability: 'work', population: 2, bounds: [[0, 1]], stop: { rounds: 3 } };
  const play = new PlayedRun([as(swarm)]);
  expect(left(play)).toBe(3);
  expect(left(play, { childrenOf: () => 4 })).toBe(2);
  await play.start();
  await play.end('s[0]', 'completed', { fitness: 1 });
  expect(left(play)).toBe(3);
  const sized = await started([as({ ...swarm, population: '${{ 1 + 1 }}' })]);
  expect(left(sized)).toBe(1);
});

test('a consensus asks its agents at once, an auction is one task', async () => {
  const consensus = as({ id: 'c', pattern: 'consensus', capability: 'work', agents: 3 });
  expect(left(new PlayedRun([consensus]))).toBe(1);
  expect(left(await started([consensus]), { slotsOf: () => 1 })).toBe(1);
  expect(left(new PlayedRun([as({ id: 'x', pattern: 'auction', capability: 'work' })]))).toBe(1);
});

test('steps inside steps are part of it; a join waits for as many as it needs', async () => {
  const inside = ['x', 'y', 'z'].map((id) => work(id));
  const any = { id: 'any', pattern: 'parallel', steps: inside, join: { quorum: 2 } };
  const play = await started([
    as({ id: 'seq', pattern: 'sequential', steps: inside }),
    as({ ...any, ...needs('seq') }),
  ]);
  expect(left(play)).toBe(4);
  await play.end('seq/x');
  await play.end('seq/y');
  await play.end('seq/z');
  await play.end('any/x');
  expect(left(play)).toBe(1);
});

test('waits take their time when it is known', async () => {
  const play = await started([
    as({ id: 'w', wait: { seconds: 5 } }),
    as({ id: 'v', wait: { seconds: 2 }, ...needs('w') }),
  ]);
  await play.later(1);
  expect(left(play)).toBe(6);
  expect(left(new PlayedRun([as({ id: 'w', wait: { signal: 'go' } })]))).toBeUndefined();
  expect(left(new PlayedRun([as({ id: 'w', wait: { seconds: 'input.s' } })]))).toBeUndefined();
  const waits = new PlayedRun([as({ id: 'each', forEach: 'input.l', wait: { seconds: 5 } })]);
  expect(left(waits, { childrenOf: () => 2 })).toBeUndefined();
  const inner = { id: 'seq', pattern: 'sequential', steps: [{ id: 'w', wait: { seconds: 5 } }] };
  expect(left(await started([work('a'), as({ ...inner, ...needs('a') })]))).toBe(6);
});

test('work that was never done cannot be foreseen; what is wrong is not hidden', () => {
  const play = new PlayedRun([step('a')]);
  expect(left(play, { durationsOf: () => undefined })).toBeUndefined();
  const defect = (): never => {
    throw new TypeError('a defect');
  };
  expect(() => left(play, { durationsOf: defect })).toThrow('a defect');
});

test('what is too much is not forecast', () => {
  const play = new PlayedRun([as({ id: 'each', capability: 'work', forEach: 'input.l' })]);
  expect(left(play, { childrenOf: () => 40_000 })).toBeUndefined();
});

test('a forecast is the middle and an interval, wider for what is guessed and what differs', () => {
  const same = forecastOf([1000, 1000, 1000], 0);
  expect([same.ms, same.lowMs, same.highMs].map(Math.round)).toEqual([1000, 1000, 1000]);
  const guessed = forecastOf([1000, 1000, 1000], 1);
  expect(guessed.highMs).toBeGreaterThan(1200);
  const differing = forecastOf([500, 1000, 2000], 0);
  expect(differing.lowMs).toBeLessThan(500);
  expect(forecastOf([0, 0], 0).ms).toBe(1);
});

test('the larger the plan the fewer the plays', () => {
  const plan = planOf(new PlayedRun(Array.from({ length: 40 }, (_, index) => work(`s${index}`))));
  expect(plan && playsOf(plan)).toBe(100);
  const wide = planOf(new PlayedRun([as({ id: 'each', capability: 'work', forEach: 'input.l' })]), {
    childrenOf: () => 9999,
  });
  expect(wide && playsOf(wide)).toBe(16);
  expect(plan && Math.round(forecast(plan, chanceFrom(3)).ms / 100)).toBe(10);
});

test('keys of elements of one step are alike', () => {
  expect(plainKey('each[3]/sub/inner[12]')).toBe('each/sub/inner');
});

test('the heap gives the smallest first', () => {
  const heap = new MinHeap();
  const uniform = chanceFrom(5);
  const keys = Array.from({ length: 200 }, () => Math.floor(uniform() * 50));
  keys.forEach((key, value) => heap.push(key, value));
  const popped = keys.map(() => heap.pop().key);
  expect(popped).toEqual([...keys].sort((one, other) => one - other));
  expect(heap.size).toBe(0);
});
