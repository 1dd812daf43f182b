import fc from 'fast-check';
import { AgentChoice, lackOf } from './agent-choice';
import { type AgentOffer } from './agent-offer';
import { AgentPool } from './agent-pool';
import { agentSeen } from './scheduling.fixture';
import { strategyNames } from './strategies/strategies';

const pooled = (...agents: Parameters<typeof agentSeen>[]): AgentPool => {
  const pool = new AgentPool();
  for (const [id, more] of agents) pool.upsert(agentSeen(id, more));
  return pool;
};
const best = (pool: AgentPool, nowMs = 0) =>
  new AgentChoice(1).choose(pool.offering('a.b'), undefined, 'least-load', nowMs)?.candidates;

function open(pool: AgentPool, agentId: string): void {
  for (let n = 0; n < 8; n += 1) pool.offer(agentId, 'a.b')?.breaker.ended(true, 0, 0);
}

test('A1 neither the full nor the broken nor the unfit are candidates', () => {
  const pool = pooled(['full', { concurrency: 1 }], ['broken'], ['unfit'], ['good']);
  pool.take('full', 'a.b');
  open(pool, 'broken');
  const choice = new AgentChoice(1).choose(
    pool.offering('a.b'),
    ({ agent }) => agent.name !== 'unfit',
    'least-load',
    0,
  );
  expect(choice).toEqual({ strategy: 'least-load', candidates: [{ agentId: 'good', score: 1 }] });
});

test('A1 while all slots are taken, short attempts wait where they are run, at most as many as the agent keeps', () => {
  const pool = pooled(['short', { concurrency: 1, prefetch: 1 }], ['long', { concurrency: 1, prefetch: 1 }]);
  pool.offer('short', 'a.b')?.refill.record(1, 0);
  pool.offer('long', 'a.b')?.refill.record(1000, 0);
  pool.take('short', 'a.b');
  expect(best(pool)?.map(({ agentId }) => agentId)).toEqual(['long']);
  pool.take('long', 'a.b');
  expect(best(pool)?.map(({ agentId }) => agentId)).toEqual(['short']);
  pool.take('short', 'a.b');
  expect(best(pool)).toBeUndefined();
});

test('C5 breakers that keep everybody from it yield when their probes failed; while somebody admits they do not', () => {
  const pool = pooled(['one'], ['other', { concurrency: 1 }]);
  const anyway = () =>
    new AgentChoice(1)
      .chooseAnyway(pool.offering('a.b'), undefined, 'least-load', 0)
      ?.candidates.map(({ agentId }) => agentId);
  const failProbe = (agentId: string): void => {
    const breaker = pool.offer(agentId, 'a.b')?.breaker;
    breaker?.cooled(2000);
    breaker?.sent();
    breaker?.ended(true, 2001, 2002);
  };
  open(pool, 'one');
  failProbe('one');
  pool.take('other', 'a.b');
  expect(anyway()).toBeUndefined();
  open(pool, 'other');
  expect(anyway()).toBeUndefined();
  failProbe('other');
  expect(anyway()).toEqual(['one']);
  pool.giveBack('other', 'a.b');
  expect(anyway()).toEqual(['one', 'other']);
});

test('C5 who does not fit or is leaving keeps nobody from yielding, and is given nothing', () => {
  const pool = pooled(['one'], ['unfit'], ['leaving', { draining: true }]);
  const fits = ({ agent }: AgentOffer): boolean => agent.name !== 'unfit';
  const anyway = (among: typeof fits) => new AgentChoice(1).chooseAnyway(pool.offering('a.b'), among, 'least-load', 0);
  open(pool, 'one');
  pool.offer('one', 'a.b')?.breaker.cooled(2000);
  pool.offer('one', 'a.b')?.breaker.ended(true, 2001, 2002);
  expect(anyway(fits)?.candidates).toEqual([{ agentId: 'one', score: 1 }]);
  expect(anyway(({ agent }) => agent.name === 'leaving')).toBeUndefined();
});

test('A2 the poorly come last, and still before nobody', () => {
  const pool = pooled(['poor', { concurrency: 10 }], ['loaded', { concurrency: 2 }]);
  pool.setHealth('poor', 49);
  pool.take('loaded', 'a.b');
  expect(best(pool)).toEqual([
    { agentId: 'loaded', score: 0.5 },
    { agentId: 'poor', score: 1 },
  ]);
  pool.take('loaded', 'a.b');
  expect(best(pool)).toEqual([{ agentId: 'poor', score: 1 }]);
  pool.setHealth('poor', 50);
  pool.giveBack('loaded', 'a.b');
  expect(best(pool)?.[0]).toEqual({ agentId: 'poor', score: 1 });
});

test('A3 of seven the five best are kept, wherever they stand', () => {
  const loads = { low: 5, best: 0, third: 2, second: 1, fifth: 4, fourth: 3, last: 6 };
  const pool = pooled(...Object.keys(loads).map((id): [string, object] => [id, { concurrency: 10 }]));
  for (const [id, load] of Object.entries(loads)) for (let n = 0; n < load; n += 1) pool.take(id, 'a.b');
  expect(best(pool)?.map(({ agentId }) => agentId)).toEqual(['best', 'second', 'third', 'fourth', 'fifth']);
});

test('A3 keeps the five best of any number, in order, ties to the longest without work', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }), (loads) => {
      const pool = pooled(...loads.map((_, n) => [`g${n}`, { concurrency: 10 }] as [string, { concurrency: number }]));
      loads.forEach((load, n) => {
        for (let taken = 0; taken < load; taken += 1) pool.take(`g${n}`, 'a.b');
      });
      const expected = [...pool.offering('a.b')]
        .sort((a, b) => b.free - a.free || a.lastAssigned - b.lastAssigned)
        .slice(0, 5)
        .map(({ agent, free }) => ({ agentId: agent.agentId, score: free / 10 }));
      expect(best(pool)).toEqual(expected);
    }),
  );
});

test.each(strategyNames)('%s never picks one that cannot take more, and somebody while one can', (name) => {
  const agent = fc.record({ slots: fc.integer({ min: 1, max: 4 }), taken: fc.nat(4), broken: fc.boolean() });
  fc.assert(
    fc.property(fc.array(agent, { maxLength: 12 }), fc.integer(), (agents, seed) => {
      const pool = pooled(...agents.map(({ slots }, n) => [`g${n}`, { concurrency: slots }] as [string, object]));
      agents.forEach(({ slots, taken, broken }, n) => {
        for (let t = 0; t < Math.min(taken, slots); t += 1) pool.take(`g${n}`, 'a.b');
        if (broken) open(pool, `g${n}`);
      });
      const able = agents.flatMap(({ slots, taken, broken }, n) => (!broken && taken < slots ? [`g${n}`] : []));
      const choice = new AgentChoice(seed).choose(pool.offering('a.b'), undefined, name, 1000);
      const chosen = choice?.candidates.map(({ agentId }) => agentId) ?? [];
      expect(chosen).toHaveLength(Math.min(5, able.length));
      for (const agentId of chosen) expect(able).toContain(agentId);
    }),
  );
});

test('says why there was nobody', () => {
  expect(lackOf([], undefined)).toBe('nobody-offers');
  const pool = pooled(['one', { concurrency: 1 }], ['two', { concurrency: 1 }]);
  const offers = pool.offering('a.b');
  expect(lackOf(offers, () => false)).toBe('nobody-fits');
  pool.take('one', 'a.b');
  pool.take('two', 'a.b');
  expect(lackOf(offers, undefined)).toBe('all-busy');
  open(pool, 'one');
  expect(lackOf(offers, undefined)).toBe('all-busy');
  expect(lackOf(offers, ({ agent }) => agent.name === 'one')).toBe('breakers-open');
  open(pool, 'two');
  expect(lackOf(offers, undefined)).toBe('breakers-open');
});
