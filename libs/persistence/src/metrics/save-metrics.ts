import { type Sql, statement } from '../sql';

/** What one agent did at one capability since the last time it was saved. */
export interface MetricsDelta {
  readonly agentId: string;
  readonly agentName: string;
  readonly capability: string;
  readonly attempts: number;
  readonly completed: number;
  /** Of those that did not complete, the ones its agent is to blame for. */
  readonly failed: number;
  /** Of the completed ones, together. */
  readonly runMs: number;
  /** The moving average as it stands; null: none yet. */
  readonly ewmaMs: number | null;
  /** How many completed within each bucket of the engine's histogram. */
  readonly durations: readonly number[];
  readonly errors: Readonly<Record<string, number>>;
}

/** Seconds of a bucket, each with how long it is kept. */
export const metricsWidths = [10, 60, 3600] as const;
export type MetricsWidth = (typeof metricsWidths)[number];

const SAVE = statement(
  'metrics-save',
  `insert into agent_metrics as m
     (width, bucket, agent_id, agent_name, capability, attempts, completed, failed, run_ms, ewma_ms, durations, errors)
   select w, date_bin(w * interval '1 second', now(), '1970-01-01 00:00:00+00'), x.agent_id, x.agent_name, x.capability,
          x.attempts, x.completed, x.failed, x.run_ms, x.ewma_ms, x.durations::int[], x.errors::jsonb
     from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::float8[], $9::float8[],
                 $10::text[], $11::text[])
            as x (agent_id, agent_name, capability, attempts, completed, failed, run_ms, ewma_ms, durations, errors),
          unnest(array[10, 60, 3600]) as w
    where (select fence($1))
       on conflict (width, bucket, agent_id, capability) do update
      set attempts = m.attempts + excluded.attempts, completed = m.completed + excluded.completed,
          failed = m.failed + excluded.failed, run_ms = m.run_ms + excluded.run_ms, ewma_ms = excluded.ewma_ms,
          durations = add_counts(m.durations, excluded.durations), errors = add_errors(m.errors, excluded.errors)`,
);

/**
 * Adds to the present buckets of every width, in one statement: rolling up is not a job of its own. Each agent and
 * capability at most once per call. Throws LeaseLostError when the epoch is over (I3).
 */
export async function saveMetrics(sql: Sql, epoch: number, deltas: readonly MetricsDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  const column = <Value>(of: (delta: MetricsDelta) => Value): Value[] => deltas.map(of);
  await sql.run(SAVE, [
    epoch,
    column((delta) => delta.agentId),
    column((delta) => delta.agentName),
    column((delta) => delta.capability),
    column((delta) => delta.attempts),
    column((delta) => delta.completed),
    column((delta) => delta.failed),
    column((delta) => delta.runMs),
    column((delta) => delta.ewmaMs),
    column((delta) => `{${delta.durations.join(',')}}`),
    column((delta) => JSON.stringify(delta.errors)),
  ]);
}

const FORGET = statement(
  'metrics-forget',
  `delete from agent_metrics m using (values (10, interval '2 hours'), (60, interval '2 days'), (3600, interval '90 days'))
           as kept (width, time)
    where m.width = kept.width and m.bucket < now() - kept.time`,
);

/** Drops what is too old: buckets of 10 s after 2 hours, minutes after 2 days, hours after 90 days. */
export async function forgetMetrics(sql: Sql): Promise<void> {
  await sql.run(FORGET);
}
