import { Scheduler, type AgentOffer } from '@baton/engine';
import { type AgentSeen } from '@baton/contracts';
import { type AttemptOutcome } from './attempt-outcome';
import { Tallies } from './tallies';

const offer = (): AgentOffer => {
  const { pool } = new Scheduler();
  pool.upsert({
    ...{ agentId: 'g', name: 'probe-1', family: 'probe', state: 'idle', draining: false, concurrency: 1, tags: [] },
    capabilities: [{ name: 'a.b', version: '1.0.0', concurrency: null }],
  } as unknown as AgentSeen);
  return pool.offer('g', 'a.b') as AgentOffer;
};
const outcome = (more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  verdict: 'success',
  ms: 10,
  code: null,
  ...more,
});

test('counts by verdict and code; times of what completed only', () => {
  const tallies = new Tallies();
  const route = offer();
  tallies.add(route, outcome());
  tallies.add(route, outcome({ ms: 30 }));
  tallies.add(route, outcome({ verdict: 'failure', ms: 5000, code: 'BOOM' }));
  tallies.add(route, outcome({ verdict: 'nothing', code: 'AGENT_FULL' }));
  const [delta, ...others] = tallies.drain();
  expect(others).toEqual([]);
  expect(delta).toMatchObject({
    ...{ agentId: 'g', agentName: 'probe-1', capability: 'a.b', attempts: 4, completed: 2, failed: 1, runMs: 40 },
    errors: { BOOM: 1, AGENT_FULL: 1 },
  });
  expect(delta?.durations.reduce((sum, count) => sum + count)).toBe(2);
  expect(tallies.drain()).toEqual([]);
});

test('an agent that makes up codes fills nothing', () => {
  const tallies = new Tallies();
  const route = offer();
  for (let n = 0; n < 1000; n += 1) tallies.add(route, outcome({ verdict: 'failure', code: `E${n}` }));
  const errors = tallies.drain()[0]?.errors ?? {};
  expect(Object.keys(errors)).toHaveLength(20);
  expect(errors).toMatchObject({ E0: 1, OTHER: 981 });
});
