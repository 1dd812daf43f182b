import { type AgentSeen } from '@baton/contracts';
import { type AgentOffer, Scheduler } from '@baton/engine';
import { healthOf } from './health-watch';

const agent = {
  ...{ agentId: 'g', name: 'g', family: 'f', state: 'idle', draining: false, concurrency: 4, tags: [] },
  capabilities: ['a.b', 'c.d'].map((name) => ({ name, version: '1.0.0', concurrency: null })),
} as unknown as AgentSeen;

/** Attempts of two capabilities that succeeded and failed, ten seconds ago. */
function offers(...counts: readonly [succeeded: number, failed: number][]): AgentOffer[] {
  const { pool } = new Scheduler();
  pool.upsert(agent);
  counts.forEach(([succeeded, failed], index) => {
    const history = pool.offer('g', agent.capabilities[index]?.name ?? '')?.history;
    for (let n = 0; n < succeeded; n += 1) history?.record(true, 10, 0);
    for (let n = 0; n < failed; n += 1) history?.record(false, 10, 0);
  });
  return [...pool.offersOf('g')];
}
const now = { nowMs: 0, monotonicMs: 100_000 };
const heard = (agoMs: number, everyMs = 5000) => ({ atMs: 100_000 - agoMs, everyMs });

test.each([
  ['nothing known of it', 100, undefined, offers()],
  ['heard in time', 100, heard(5000), offers()],
  ['silent for two and a half beats', 50, heard(12_500), offers()],
  ['silent as long, but it promised to beat seldom', 100, heard(12_500, 10_000), offers()],
  ['nine failures say nothing', 100, heard(0), offers([0, 9])],
  ['ten do', 40, heard(0), offers([0, 10])],
  ['over all it can do', 70, heard(0), offers([10, 0], [0, 10])],
])('%s: %d', (_rule, health, beat, known) => {
  expect(healthOf({ agent, inFlight: 0 }, beat, known, now)).toBe(health);
});

test('failures are forgotten', () => {
  expect(healthOf({ agent, inFlight: 0 }, undefined, offers([0, 20]), { ...now, nowMs: 120_000 })).toBe(100);
});
