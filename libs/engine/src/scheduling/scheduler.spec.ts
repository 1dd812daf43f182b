import fc from 'fast-check';
import { agentSeen, readyTask } from './scheduling.fixture';
import { type Plan, Scheduler } from './scheduler';

const given = (plan: Plan): string[] => plan.assignments.map(({ task, agentId }) => `${task.id}→${agentId}`);

function schedulerWith(...agents: ReturnType<typeof agentSeen>[]): Scheduler {
  const scheduler = new Scheduler();
  for (const agent of agents) scheduler.upsertAgent(agent);
  return scheduler;
}

test('D1 smaller rank first, over all capabilities', () => {
  const both = [
    { name: 'a.b', version: '1.0.0', concurrency: null },
    { name: 'c.d', version: '1.0.0', concurrency: null },
  ];
  const scheduler = schedulerWith(agentSeen('x', { capabilities: both }));
  scheduler.add(readyTask('late', { rank: 9 }));
  scheduler.add(readyTask('other', { rank: 2, capability: 'c.d' }));
  scheduler.add(readyTask('first', { rank: 1 }));
  expect(given(scheduler.plan(10, 0))).toEqual(['first→x', 'other→x']);
  expect(scheduler.totalReady()).toBe(1);
});

test('D1 smaller rank first, also among many kinds of tasks', () => {
  const ranks = [5, 2, 7, 1, 6, 3, 4];
  const capabilities = ranks.map((rank) => ({ name: `do.${rank}`, version: '1.0.0', concurrency: null }));
  const scheduler = schedulerWith(agentSeen('x', { capabilities, concurrency: 9 }));
  for (const rank of ranks) scheduler.add(readyTask(`t${rank}`, { rank, capability: `do.${rank}` }));
  expect(given(scheduler.plan(10, 0))).toEqual([1, 2, 3, 4, 5, 6, 7].map((rank) => `t${rank}→x`));
});

test('D1 a task that cannot go now holds up nobody behind it', () => {
  const scheduler = schedulerWith(agentSeen('x', { tags: ['cpu'] }));
  scheduler.add(readyTask('wants-gpu', { rank: 1, tags: ['gpu'] }));
  scheduler.add(readyTask('wants-y', { rank: 2, targetAgentId: 'y' }));
  scheduler.add(readyTask('nobody', { rank: 0, capability: 'no.one' }));
  scheduler.add(readyTask('plain', { rank: 3, tags: ['cpu'] }));
  expect(given(scheduler.plan(10, 0))).toEqual(['plain→x']);
  expect(scheduler.totalReady()).toBe(3);
});

test('D2 no more than the slots of an agent, of a capability in it, and of a key', () => {
  const limited = [{ name: 'a.b', version: '1.0.0', concurrency: 1 }];
  const scheduler = schedulerWith(agentSeen('x', { concurrency: 5, capabilities: limited }), agentSeen('y'));
  for (let n = 0; n < 6; n += 1) scheduler.add(readyTask(`t${n}`, { rank: n }));
  expect(scheduler.plan(10, 0).assignments).toHaveLength(3);

  const keyed = schedulerWith(agentSeen('z', { concurrency: 10 }));
  for (let n = 0; n < 4; n += 1) keyed.add(readyTask(`k${n}`, { rank: n, concurrencyKey: 'k', concurrencyLimit: 2 }));
  keyed.add(readyTask('free', { rank: 9 }));
  expect(given(keyed.plan(10, 0))).toEqual(['k0→z', 'k1→z', 'free→z']);
  keyed.release('z', readyTask('k0', { concurrencyKey: 'k', concurrencyLimit: 2 }));
  expect(given(keyed.plan(10, 0))).toEqual(['k2→z']);
});

test('D3 a task that need not wait is paired at once; behind one that waits, or with keys, it is not', () => {
  const scheduler = schedulerWith(agentSeen('x', { concurrency: 2 }));
  expect(scheduler.placeNow(readyTask('one'), 0)).toMatchObject({ agentId: 'x' });
  expect(scheduler.placeNow(readyTask('keyed', { lane: 'k', concurrencyKey: 'k' }), 0)).toBeUndefined();
  expect(scheduler.placeNow(readyTask('late', { deadlineMs: 5 }), 5)).toBeUndefined();
  scheduler.add(readyTask('waits', { tags: ['gpu'] }));
  expect(scheduler.placeNow(readyTask('two'), 0)).toBeUndefined();
  scheduler.remove('waits');
  expect(scheduler.placeNow(readyTask('two'), 0)).toMatchObject({ agentId: 'x' });
  expect(scheduler.placeNow(readyTask('three'), 0)).toBeUndefined();
  scheduler.release('x', readyTask('one'));
  expect(scheduler.placeNow(readyTask('three'), 0)).toMatchObject({ agentId: 'x' });
});

test('D3 what is released can be given again; the slots of an agent that left count for nothing', () => {
  const scheduler = schedulerWith(agentSeen('x', { concurrency: 1 }));
  scheduler.add(readyTask('one'));
  scheduler.add(readyTask('two', { rank: 1 }));
  expect(given(scheduler.plan(10, 0))).toEqual(['one→x']);
  scheduler.removeAgent('x');
  scheduler.release('x', readyTask('one'));
  expect(scheduler.plan(10, 0).assignments).toEqual([]);
  scheduler.upsertAgent(agentSeen('x', { concurrency: 1 }));
  expect(given(scheduler.plan(10, 0))).toEqual(['two→x']);
});

test('an agent that drains, pauses or has failed is given nothing', () => {
  const scheduler = schedulerWith(
    agentSeen('drains', { draining: true }),
    agentSeen('paused', { state: 'paused' }),
    agentSeen('failed', { state: 'error' }),
  );
  scheduler.add(readyTask('one'));
  expect(scheduler.plan(1, 0).assignments).toEqual([]);
});

test('a task past its deadline is not started', () => {
  const scheduler = schedulerWith(agentSeen('x'));
  scheduler.add(readyTask('late', { deadlineMs: 100 }));
  expect(scheduler.plan(1, 100)).toMatchObject({ assignments: [], expired: [{ id: 'late' }] });
  expect(scheduler.totalReady()).toBe(0);
});

test('least-load takes the agent with the largest free share, ties the one that waited longest; the scores say why', () => {
  const scheduler = schedulerWith(agentSeen('small', { concurrency: 2 }), agentSeen('large', { concurrency: 10 }));
  for (let n = 0; n < 4; n += 1) scheduler.add(readyTask(`t${n}`, { rank: n }));
  const plan = scheduler.plan(4, 0);
  expect(given(plan)).toEqual(['t0→small', 't1→large', 't2→large', 't3→large']);
  expect(plan.assignments[1]?.choice).toEqual({
    strategy: 'least-load',
    candidates: [
      { agentId: 'large', score: 1 },
      { agentId: 'small', score: 0.5 },
    ],
  });
});

test('round-robin goes round, however loaded', () => {
  const scheduler = new Scheduler(() => 'round-robin');
  for (const id of ['a', 'b', 'c']) scheduler.upsertAgent(agentSeen(id, { concurrency: id === 'a' ? 100 : 5 }));
  for (let n = 0; n < 6; n += 1) scheduler.add(readyTask(`t${n}`, { rank: n }));
  expect(given(scheduler.plan(6, 0))).toEqual(['t0→a', 't1→b', 't2→c', 't3→a', 't4→b', 't5→c']);
});

test('D1 D2 D3 hold for any agents, tasks and releases', () => {
  const agents = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
  const tasks = fc.array(fc.record({ rank: fc.nat(20), key: fc.constantFrom(null, 'k', 'l') }), { maxLength: 40 });
  fc.assert(
    fc.property(agents, tasks, fc.nat(10), (slots, wanted, limit) => {
      const scheduler = schedulerWith(...slots.map((concurrency, index) => agentSeen(`a${index}`, { concurrency })));
      wanted.forEach(({ rank, key }, index) =>
        scheduler.add(readyTask(`t${index}`, { rank, concurrencyKey: key, concurrencyLimit: 2 })),
      );
      const seen = new Set<string>();
      for (let round = 0; round < 100 && scheduler.totalReady() > 0; round += 1) {
        const { assignments } = scheduler.plan(limit + 1, 0);
        expect(assignments.length).toBeGreaterThan(0);
        for (const { task } of assignments) expect(seen.has(task.id)).toBe(false);
        for (const { task } of assignments) seen.add(task.id);
        for (const { agent, inFlight } of scheduler.pool.all()) expect(inFlight).toBeLessThanOrEqual(agent.concurrency);
        for (const key of ['k', 'l']) {
          expect(assignments.filter(({ task }) => task.concurrencyKey === key).length).toBeLessThanOrEqual(2);
        }
        for (const { task, agentId } of assignments) scheduler.release(agentId, task);
      }
      expect(seen.size).toBe(wanted.length);
    }),
  );
});
