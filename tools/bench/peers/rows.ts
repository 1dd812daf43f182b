import { type DriverName } from './drivers';
import { type Persistence } from './servers/redis';

/** One peer with one set of settings. The counts are what it does in a few seconds. */
export interface PeerRow {
  readonly name: string;
  readonly driver: DriverName;
  readonly tuned: boolean;
  readonly notify?: boolean;
  readonly slots: number;
  readonly redis: Persistence;
  /** The settings that matter, as the report shows them. */
  readonly settings: string;
  readonly bulk: number;
  readonly singles: number;
  readonly waits: number;
  /** How many jobs wait when the worker comes; absent: not measured. */
  readonly backlog?: number;
  /** However many runs are asked for: its own pauses decide, not the machine. */
  readonly mostRuns?: number;
  /** What decides how long a dead worker's jobs wait; absent: not measured. */
  readonly afterKill?: string;
}

const plain = { tuned: false, slots: 64, redis: 'snapshots' } as const;
const best = { tuned: true, slots: 64, redis: 'snapshots' } as const;

export const rows: readonly PeerRow[] = [
  {
    ...plain,
    name: 'bullmq',
    driver: 'bullmq',
    settings: 'as it comes, concurrency 64; Redis as it comes: snapshots only, nothing fsynced before the answer',
    bulk: 20_000,
    singles: 20_000,
    waits: 300,
    backlog: 200_000,
    afterKill: 'lockDuration 30 s, stalledInterval 30 s',
  },
  {
    ...plain,
    name: 'bullmq, fsync',
    driver: 'bullmq',
    redis: 'every-command',
    settings: 'the same on Redis with appendonly yes, appendfsync always: as durable as a commit',
    bulk: 10_000,
    singles: 6_000,
    waits: 200,
    backlog: 20_000,
  },
  {
    ...plain,
    name: 'bullmq on PostgreSQL',
    driver: 'bullmq-postgres',
    settings: 'its PostgreSQL store, concurrency 64, 20 connections',
    bulk: 2_000,
    singles: 1_000,
    waits: 200,
    afterKill: 'lockDuration 30 s, stalledInterval 30 s',
  },
  {
    ...plain,
    name: 'pg-boss',
    driver: 'pg-boss',
    settings: 'as it comes (one job a look, a look every 2 s), 64 workers',
    bulk: 128,
    singles: 64,
    waits: 2,
    mostRuns: 1,
    afterKill: 'expireInSeconds 900',
  },
  {
    ...best,
    name: 'pg-boss, best',
    driver: 'pg-boss',
    settings: 'batchSize 500, burstWhenBatchFull, perJobResults, a look every 0.5 s, 20 connections',
    bulk: 20_000,
    singles: 2_000,
    waits: 8,
    backlog: 200_000,
  },
  {
    ...best,
    name: 'pg-boss, best with NOTIFY',
    driver: 'pg-boss',
    notify: true,
    settings: 'the same, and LISTEN/NOTIFY wakes the worker',
    bulk: 20_000,
    singles: 1_000,
    waits: 100,
  },
  {
    ...plain,
    name: 'graphile-worker',
    driver: 'graphile-worker',
    settings: 'as it comes, concurrency 64; a finished job is deleted, no result is kept',
    bulk: 6_000,
    singles: 2_000,
    waits: 200,
    afterKill: 'jobs stay locked for 4 h',
  },
  {
    ...best,
    name: 'graphile-worker, best',
    driver: 'graphile-worker',
    settings: 'localQueue 500, completeJobBatchDelay 0, 20 connections; the task writes its result itself',
    bulk: 20_000,
    singles: 2_000,
    waits: 200,
    backlog: 100_000,
  },
  {
    ...plain,
    name: 'dbos',
    driver: 'dbos',
    settings: 'as it comes (no limit, a look every second); bulk: 500 in one transaction',
    bulk: 2_000,
    singles: 1_000,
    waits: 2,
    mostRuns: 1,
    afterKill: 'nobody takes over: a process of the same executorID recovers its own when it starts (or Conductor)',
  },
  {
    ...best,
    name: 'dbos, best',
    driver: 'dbos',
    settings: 'a look every 10 ms, 20 connections, results asked for every 2 ms',
    bulk: 2_000,
    singles: 1_500,
    waits: 100,
  },
];

/** A row small enough to see that everything works. */
export function quickRow(row: PeerRow): PeerRow {
  const atMost = (count: number, most: number): number => Math.min(count, most);
  return {
    ...row,
    bulk: atMost(row.bulk, 1_000),
    singles: atMost(row.singles, 200),
    waits: atMost(row.waits, 10),
    ...(row.backlog !== undefined && { backlog: atMost(row.backlog, 2_000) }),
  };
}
