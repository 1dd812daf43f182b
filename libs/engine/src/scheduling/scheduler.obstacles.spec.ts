import { type TaskResources } from '@baton/contracts';
import { agentSeen, readyTask } from './scheduling.fixture';
import { Scheduler } from './scheduler';

const offers = (name: string, version = '1.0.0') => [{ name, version, concurrency: null }];
const ids = (tasks: readonly { readonly task: { readonly id: string } }[]): string[] =>
  tasks.map(({ task }) => task.id);

function crowd(): Scheduler {
  const limits = { perCapability: new Map([['limited.one', 1]]) };
  const scheduler = new Scheduler(undefined, 0, limits);
  scheduler.upsertAgent(agentSeen('x', { concurrency: 9, resources: { cpu: 4 } }));
  scheduler.upsertAgent(agentSeen('full', { concurrency: 1, capabilities: offers('full.up') }));
  scheduler.upsertAgent(agentSeen('one', { concurrency: 9, capabilities: offers('limited.one') }));
  scheduler.take('full', readyTask('out', { capability: 'full.up', concurrencyKey: 'k' }));
  scheduler.take('x', readyTask('big', { resources: { cpu: 3 } }));
  scheduler.take('one', readyTask('one', { capability: 'limited.one' }));
  scheduler.recallStart('r', { limit: 1, perSeconds: 10 }, 0);
  return scheduler;
}
const rated = { rateLimitKey: 'r', rateLimit: { limit: 1, perSeconds: 10 } };
const wants = (resources: TaskResources) => readyTask('t', { resources });

test.each([
  ['no-capable-agent', readyTask('t', { capability: 'no.one' })],
  ['no-free-slot', readyTask('t', { capability: 'full.up' })],
  ['target-agent-absent', readyTask('t', { targetAgentId: 'ghost' })],
  ['tags-unmatched', readyTask('t', { tags: ['gpu'] })],
  ['version-unmatched', readyTask('t', { version: '^2' })],
  ['resources-too-large', wants({ cpu: 5 })],
  ['resources-too-large', wants({ gpu: 1 })],
  ['resources-busy', wants({ cpu: 2 })],
  ['fitting-agents-busy', readyTask('t', { capability: 'full.up', targetAgentId: 'full' })],
  ['concurrency-key-full', readyTask('t', { concurrencyKey: 'k' })],
  ['rate-limited', readyTask('t', rated)],
  ['capability-full', readyTask('t', { capability: 'limited.one' })],
  [undefined, readyTask('t')],
  [undefined, readyTask('t', { version: '1.x', resources: { cpu: 1 }, concurrencyKey: 'free' })],
])('says that %s stands in the way', (obstacle, task) => {
  expect(crowd().obstacle(task, 9999)).toBe(obstacle);
});

test('resources that are given back can be had again', () => {
  const scheduler = crowd();
  scheduler.release('x', readyTask('big', { resources: { cpu: 3 } }));
  expect(scheduler.obstacle(wants({ cpu: 4 }), 0)).toBeUndefined();
});

test('the whole mesh is full: nothing goes, and that is why', () => {
  const scheduler = new Scheduler(undefined, 0, { total: 1 });
  scheduler.upsertAgent(agentSeen('x'));
  scheduler.add(readyTask('a'));
  scheduler.add(readyTask('b', { rank: 1 }));
  expect(ids(scheduler.plan(9, 0).assignments)).toEqual(['a']);
  expect(scheduler.obstacle(readyTask('b'), 0)).toBe('mesh-full');
  scheduler.release('x', readyTask('a'));
  expect(ids(scheduler.plan(9, 0).assignments)).toEqual(['b']);
});

test('a rate limit tells when the next may go, and lets it go then', () => {
  const scheduler = crowd();
  scheduler.add(readyTask('first', rated));
  scheduler.add(readyTask('second', { ...rated, rank: 1 }));
  expect(scheduler.plan(9, 9999)).toMatchObject({ assignments: [], nextAtMs: 10_000 });
  const plan = scheduler.plan(9, 10_000);
  expect([ids(plan.assignments), plan.nextAtMs]).toEqual([['first'], 20_000]);
  scheduler.confirmStart(readyTask('first', rated), 10_000, 10_400);
  expect(ids(scheduler.plan(9, 20_000).assignments)).toEqual([]);
  expect(ids(scheduler.plan(9, 20_400).assignments)).toEqual(['second']);
});

test('a start without a rate limit may be confirmed too: it moves no window', () => {
  const scheduler = crowd();
  scheduler.confirmStart(readyTask('free'), 0, 5000);
  expect(scheduler.rateOpensAtMs(readyTask('t', rated))).toBe(10_000);
  expect(scheduler.rateOpensAtMs(readyTask('free'))).toBeUndefined();
});

test.each(['no.one', 'a.b'])('an optional task that nobody of %s can take does not wait', (capability) => {
  const scheduler = crowd();
  scheduler.add(readyTask('needed', { capability, tags: ['gold'] }));
  for (const id of ['o1', 'o2']) scheduler.add(readyTask(id, { capability, tags: ['gold'], optional: true }));
  const { degraded } = scheduler.plan(9, 0);
  expect(ids(degraded)).toEqual(['o1', 'o2']);
  expect(scheduler.totalReady()).toBe(1);
});

test('an optional task waits for those who are merely busy', () => {
  const scheduler = crowd();
  scheduler.add(readyTask('o', { capability: 'full.up', optional: true }));
  expect(scheduler.plan(9, 0).degraded).toEqual([]);
  scheduler.release('full', readyTask('out', { capability: 'full.up', concurrencyKey: 'k' }));
  expect(ids(scheduler.plan(9, 0).assignments)).toEqual(['o']);
});

test('D1 ten thousand tasks under one full key, or for agents that are not there, hold up nobody', () => {
  const scheduler = crowd();
  for (let n = 0; n < 10_000; n += 1) {
    scheduler.add(readyTask(`k${n}`, { rank: n, concurrencyKey: 'k' }));
    scheduler.add(readyTask(`g${n}`, { rank: n, tags: ['gpu'] }));
  }
  scheduler.add(readyTask('plain', { rank: 99_999 }));
  expect(ids(scheduler.plan(9, 0).assignments)).toEqual(['plain']);
  expect(scheduler.lines.unblocked('a.b')).toBe(0);
  expect(scheduler.lines.closedLanes('a.b').size).toBe(2);
  scheduler.release('full', readyTask('out', { capability: 'full.up', concurrencyKey: 'k' }));
  expect(ids(scheduler.plan(9, 0).assignments)).toEqual(['k0']);
  expect(scheduler.readyCount('a.b')).toBe(19_999);
});
