import { agentSeen, readyTask } from './scheduling.fixture';
import { Scheduler } from './scheduler';

/** A scheduler with one agent `a` that keeps attempts in sequence, quick at `a.b`, and has one of them. */
function quick(agent: Parameters<typeof agentSeen>[1] = {}, limits?: ConstructorParameters<typeof Scheduler>[2]) {
  const scheduler = new Scheduler(undefined, 0, limits);
  scheduler.upsertAgent(agentSeen('a', { sequences: true, prefetch: 1, concurrency: 1, ...agent }));
  scheduler.take('a', readyTask('out'));
  scheduler.pool.offer('a', 'a.b')?.refill.record(20, 0);
  return scheduler;
}
const ask = (scheduler: Scheduler, agentId = 'a', capability = 'a.b'): boolean =>
  scheduler.mayFollow(agentId, capability);

test('one more may wait behind the attempt of an agent that keeps attempts in sequence', () => {
  const scheduler = quick();
  expect(ask(scheduler)).toBe(true);
  scheduler.take('a', readyTask('next'));
  expect(ask(scheduler)).toBe(false);
});

test.each([
  ['declares no sequences', { sequences: false }],
  ['keeps none waiting', { prefetch: 0 }],
  ['leaves', { draining: true }],
])('not at an agent that %s', (_case, agent) => {
  expect(ask(quick(agent))).toBe(false);
});

test('not at an agent that says neither', () => {
  const scheduler = new Scheduler();
  scheduler.upsertAgent(agentSeen('a'));
  scheduler.take('a', readyTask('out'));
  expect(ask(scheduler)).toBe(false);
});

test('not before it is known how long attempts take there, nor where they last', () => {
  const scheduler = new Scheduler();
  scheduler.upsertAgent(agentSeen('a', { sequences: true, prefetch: 1 }));
  expect(ask(scheduler)).toBe(false);
  scheduler.take('a', readyTask('out'));
  expect(ask(scheduler)).toBe(false);
  const { refill } = scheduler.pool.offer('a', 'a.b') ?? {};
  refill?.record(1000, 0);
  expect(ask(scheduler)).toBe(true);
  refill?.record(1001, 0);
  expect(ask(scheduler)).toBe(false);
});

test('not at an agent that is away, nor for what it does not offer', () => {
  const scheduler = quick();
  expect(ask(scheduler, 'a', 'c.d')).toBe(false);
  scheduler.removeAgent('a');
  expect(ask(scheduler)).toBe(false);
  expect(ask(scheduler, 'nobody')).toBe(false);
});

test('not while its breaker is open', () => {
  const scheduler = quick();
  for (let n = 0; n < 8; n += 1) scheduler.pool.offer('a', 'a.b')?.breaker.ended(true, 0, 0);
  expect(ask(scheduler)).toBe(false);
});

test('D2 not beyond what the mesh or the capability may have out', () => {
  expect(ask(quick({}, { total: 1 }))).toBe(false);
  expect(ask(quick({}, { perCapability: new Map([['a.b', 1]]) }))).toBe(false);
  expect(ask(quick({}, { total: 2, perCapability: new Map([['a.b', 2]]) }))).toBe(true);
});
