import fc from 'fast-check';
import { AgentChoice } from '../agent-choice';
import { AgentPool } from '../agent-pool';
import { agentSeen } from '../scheduling.fixture';
import { leastLoad } from './least-load';
import { performanceAware } from './performance-aware';
import { random } from './random';
import { roundRobin } from './round-robin';
import { type Strategy, type Candidate } from './strategy';
import { type StrategyName } from './strategies';

const candidate = (
  more: { free?: number; concurrency?: number; lastAssigned?: number; merit?: number } = {},
): Candidate => {
  const { free = 4, concurrency = 4, lastAssigned = 7, merit = 1 } = more;
  const agent = agentSeen('g', { concurrency });
  return { agent, free, inFlight: concurrency - free, running: 0, lastAssigned, merit: { at: () => merit } } as never;
};
const moment = { nowMs: 0, dice: 0.5, chance: () => 0.25 };

test.each([
  ['least-load: idle', leastLoad, candidate(), 1],
  ['least-load: half full', leastLoad, candidate({ free: 2 }), 0.5],
  ['round-robin: only the order counts', roundRobin, candidate({ free: 1 }), -7],
  ['random: chance alone', random, candidate({ free: 1 }), 0.25],
  ['performance-aware: unknown and idle', performanceAware, candidate(), 1],
  ['performance-aware: twice as good, half full', performanceAware, candidate({ free: 2, merit: 2 }), 1],
  ['performance-aware: bad', performanceAware, candidate({ merit: 0.1 }), 0.1],
] satisfies [string, Strategy, Candidate, number][])('%s', (_rule, strategy, given, score) => {
  expect(strategy(given, moment)).toBe(score);
});

test('performance-aware explores now and then: whoever had nothing for longest', () => {
  expect(performanceAware(candidate({ merit: 9 }), { ...moment, dice: 0.029 })).toBe(-7);
  expect(performanceAware(candidate({ merit: 9 }), { ...moment, dice: 0.03 })).toBe(9);
});

interface Worker {
  ms: number;
  fails?: boolean;
}

/** One task after the other every `everyMs`; returns how many each agent was given. */
function work(
  pool: AgentPool,
  workers: readonly Worker[],
  {
    strategy,
    count,
    startMs = 0,
    seed = 1,
  }: { strategy: StrategyName; count: number; startMs?: number; seed?: number },
): number[] {
  const choice = new AgentChoice(seed);
  const given = workers.map(() => 0);
  for (let n = 0; n < count; n += 1) {
    const nowMs = startMs + n * 20;
    const [chosen] = choice.choose(pool.offering('a.b'), undefined, strategy, nowMs)?.candidates ?? [];
    const index = Number(chosen?.agentId);
    const worker = workers[index] as Worker;
    given[index] = (given[index] ?? 0) + 1;
    pool.take(String(index), 'a.b');
    pool.giveBack(String(index), 'a.b');
    pool.offer(String(index), 'a.b')?.history.record(!worker.fails, worker.ms, nowMs);
    pool.peersOf('a.b').record(!worker.fails, worker.ms, nowMs);
  }
  return given;
}
const poolOf = (count: number): AgentPool => {
  const pool = new AgentPool();
  for (let n = 0; n < count; n += 1) pool.upsert(agentSeen(String(n), { concurrency: 4 }));
  return pool;
};
const equals = fc.record({ agents: fc.integer({ min: 2, max: 8 }), seed: fc.integer() });

test.each(['least-load', 'round-robin', 'performance-aware'] as const)(
  '%s: equals share the work evenly',
  (strategy) => {
    fc.assert(
      fc.property(equals, ({ agents, seed }) => {
        const given = work(poolOf(agents), Array(agents).fill({ ms: 10 }), { strategy, count: agents * 20, seed });
        expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(agents);
      }),
      { numRuns: 10 },
    );
  },
);

test('random: the work spreads over all, about evenly', () => {
  fc.assert(
    fc.property(equals, ({ agents, seed }) => {
      const given = work(poolOf(agents), Array(agents).fill({ ms: 10 }), {
        strategy: 'random',
        count: agents * 100,
        seed,
      });
      for (const share of given) expect(Math.abs(share - 100)).toBeLessThan(60);
    }),
    { numRuns: 10 },
  );
});

test.each([
  ['slow', { ms: 200 }],
  ['failing', { ms: 10, fails: true }],
] satisfies [string, Worker][])(
  'performance-aware: a %s agent gets less but not nothing, more when it is better',
  (_, bad) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const pool = poolOf(3);
        const good = { ms: 10 };
        const [first = 0] = work(pool, [bad, good, good], { strategy: 'performance-aware', count: 1000, seed });
        expect(first).toBeGreaterThan(5);
        expect(first).toBeLessThan(100);
        const better = { strategy: 'performance-aware', seed } as const;
        work(pool, [good, good, good], { ...better, count: 6000, startMs: 20_000 });
        const [then = 0, other = 0] = work(pool, [good, good, good], { ...better, count: 1000, startMs: 140_000 });
        expect(then).toBeGreaterThan(other / 2);
      }),
      { numRuns: 3 },
    );
  },
);

test('performance-aware: an agent that comes later is tried at once', () => {
  const pool = poolOf(2);
  const workers = [{ ms: 10 }, { ms: 10 }, { ms: 10 }];
  work(pool, workers.slice(0, 2), { strategy: 'performance-aware', count: 200 });
  pool.upsert(agentSeen('2', { concurrency: 4 }));
  const given = work(pool, workers, { strategy: 'performance-aware', count: 30, startMs: 4000 });
  expect(given[2]).toBeGreaterThanOrEqual(8);
});
