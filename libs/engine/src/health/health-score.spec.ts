import { healthScore, type HealthFacts } from './health-score';

const well: HealthFacts = {
  heartbeatAgeMs: 1000,
  heartbeatEveryMs: 5000,
  lostAfterMs: 15_000,
  successRate: 1,
  inFlight: 0,
  concurrency: 4,
  present: true,
};

test.each([
  ['a well agent', {}, 100],
  ['H1 gone', { present: false }, 0],
  ['nothing heard yet, nothing known', { heartbeatAgeMs: null, successRate: null }, 100],
  ['H2 one missed heartbeat is no illness', { heartbeatAgeMs: 9_999 }, 100],
  ['H2 half way to the loss', { heartbeatAgeMs: 12_500 }, 50],
  ['H2 at the loss', { heartbeatAgeMs: 15_000 }, 0],
  ['H2 long after it', { heartbeatAgeMs: 90_000 }, 0],
  ['H2 a window shorter than two heartbeats', { heartbeatAgeMs: 4000, lostAfterMs: 5000 }, 100],
  ['H3 every attempt fails', { successRate: 0 }, 40],
  ['H3 half of them', { successRate: 0.5 }, 70],
  ['H3 a rate out of range is cut', { successRate: 7 }, 100],
  ['H4 full is well', { inFlight: 4 }, 100],
  ['H4 half as much again as it can take', { inFlight: 6 }, 90],
  ['H4 far too much', { inFlight: 400 }, 80],
  ['H4 who has no slots is not overloaded', { inFlight: 2, concurrency: 0 }, 100],
  ['all at once', { heartbeatAgeMs: 12_500, successRate: 0, inFlight: 400 }, 10],
] satisfies [string, Partial<HealthFacts>, number][])('%s', (_rule, facts, expected) => {
  expect(healthScore({ ...well, ...facts })).toBe(expected);
});
