import { type AgentSeen, type Submit } from '@baton/contracts';
import { AgentPool } from './agent-pool';
import { biddersFor } from './bidders';
import { agentSeen } from './scheduling.fixture';

const offers = (version: string) => ({ capabilities: [{ name: 'a.b', version, concurrency: null }] });

function bidders(agents: readonly AgentSeen[], wishes: Partial<Submit> = {}, change?: (pool: AgentPool) => void) {
  const pool = new AgentPool();
  for (const agent of agents) pool.upsert(agent);
  change?.(pool);
  return biddersFor(pool, { capability: 'a.b', input: null, ...wishes }).map(({ name }) => name);
}

test('all who offer it, also those without a free slot', () => {
  const busy = (pool: AgentPool) => pool.take('one', 'a.b');
  expect(bidders([agentSeen('one', { concurrency: 1 }), agentSeen('two')], {}, busy)).toEqual(['one', 'two']);
  expect(bidders([agentSeen('one')], { capability: 'a.c' })).toEqual([]);
});

test('nobody who is leaving, paused, failed, or held back by a breaker', () => {
  const agents = [agentSeen('one', { draining: true }), agentSeen('two', { state: 'paused' }), agentSeen('three')];
  expect(bidders(agents)).toEqual(['three']);
  const failing = (pool: AgentPool) => pool.offer('three', 'a.b')?.breaker.mirror('open', Infinity);
  expect(bidders(agents, {}, failing)).toEqual([]);
});

test.each([
  [{ tags: ['gpu'] }, ['tagged']],
  [{ version: '^2' }, ['new']],
  [{ resources: { cpu: 4 } }, ['large']],
])('only who fits %j', (wishes, names) => {
  const agents = [
    agentSeen('plain'),
    agentSeen('tagged', { tags: ['gpu'] }),
    agentSeen('new', offers('2.1.0')),
    agentSeen('large', { resources: { cpu: 8 } }),
  ];
  expect(bidders(agents, wishes)).toEqual(names);
});
