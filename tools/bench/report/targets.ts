/** What a figure has to reach. For rates more is better, for times and memory less. */
export interface Target {
  readonly least: number;
  readonly aim: number;
}

export type Verdict = 'misses' | 'holds' | 'reaches the aim';

/** By `scenario` and `metric`; for a 2-core machine shared by everything the run needs. */
export const targets: Readonly<Record<string, Target>> = {
  'batches throughput': { least: 8_000, aim: 15_000 },
  'singles throughput': { least: 2_000, aim: 4_000 },
  'amqp throughput': { least: 3_500, aim: 7_000 },
  'latency p50': { least: 5, aim: 2.3 },
  'latency p99': { least: 15, aim: 8 },
  'steady p99': { least: 25, aim: 10 },
  'backlog-200k of batches': { least: 0.9, aim: 1 },
  'backlog-1m of batches': { least: 0.85, aim: 1 },
  'backlog-200k orchestrator memory': { least: 400, aim: 400 },
  'backlog-1m orchestrator memory': { least: 400, aim: 400 },
  'fan total': { least: 120, aim: 60 },
  'chain total': { least: 250, aim: 100 },
  'workflow worst of what it may take': { least: 1, aim: 0.8 },
  'workflow-empty worst large by small': { least: 2, aim: 1 },
  'pipeline of ideal': { least: 1.25, aim: 1.1 },
  'workflows-at-once hundred API p95': { least: 100, aim: 50 },
  'workflows-at-once large API p95': { least: 100, aim: 50 },
  'kill total': { least: 6, aim: 4.5 },
  'kill lost': { least: 0, aim: 0 },
  'bus direct of raw': { least: 0.7, aim: 0.9 },
  'bus multicast of raw': { least: 0.7, aim: 0.9 },
  'bus broadcast of raw': { least: 0.7, aim: 0.9 },
  'bus publish-subscribe of raw': { least: 0.7, aim: 0.9 },
  'bus request p50 by raw': { least: 1.3, aim: 1 },
  'agents all registered after': { least: 20_000, aim: 10_000 },
  'agents heartbeats, of a core: registry and orchestrator': { least: 15, aim: 5 },
};

/** Whether a figure of this unit keeps its target. */
export function judge(value: number, unit: string, { least, aim }: Target): Verdict {
  const moreIsBetter = unit.endsWith('/s') || unit === 'ratio';
  const keeps = (bound: number): boolean => (moreIsBetter ? value >= bound : value <= bound);
  if (!keeps(least)) return 'misses';
  return keeps(aim) ? 'reaches the aim' : 'holds';
}
