import { type Sql, statement } from '../sql';
import { type MetricsWidth } from './save-metrics';

/** How one agent did at one capability. */
export interface MetricsFigures {
  readonly agentId: string;
  readonly agentName: string;
  readonly capability: string;
  readonly attempts: number;
  readonly completed: number;
  readonly failed: number;
  readonly runMs: number;
  readonly ewmaMs: number | null;
  readonly durations: readonly number[];
  readonly errors: Readonly<Record<string, number>>;
}
/** The same for one span of time. */
export interface MetricsBucket extends MetricsFigures {
  readonly at: Date;
}

const figures = `attempts, completed, failed, run_ms as "runMs", ewma_ms as "ewmaMs", durations, errors`;

const RECENT = statement(
  'metrics-recent',
  `select agent_id as "agentId", capability, max(agent_name) as "agentName", sum(attempts)::int as attempts,
          sum(completed)::int as completed, sum(failed)::int as failed, sum(run_ms) as "runMs",
          (array_agg(ewma_ms order by bucket desc))[1] as "ewmaMs", sum_counts(durations) as durations,
          sum_errors(errors) as errors
     from agent_metrics
    where width = 60 and bucket > now() - $1 * interval '1 second' and ($2::uuid[] is null or agent_id = any($2))
    group by agent_id, capability order by capability, "agentName", agent_id limit $3`,
);

/** Figures over about the last `seconds`, by agent and capability; of these agents, or of all (null). */
export function readRecentMetrics(
  sql: Sql,
  asked: { readonly seconds: number; readonly agentIds: readonly string[] | null; readonly limit: number },
): Promise<MetricsFigures[]> {
  return sql.run<MetricsFigures>(RECENT, [asked.seconds, asked.agentIds, asked.limit]);
}

const HISTORY = statement(
  'metrics-history',
  `select bucket as at, agent_id as "agentId", agent_name as "agentName", capability, ${figures}
     from agent_metrics
    where width = $1 and bucket >= $2 and bucket < $3
      and ($4::uuid is null or agent_id = $4) and ($5::text is null or capability = $5)
    order by bucket, capability, agent_name, agent_id limit $6`,
);

/** Bucket by bucket, oldest first. */
export function readMetricsHistory(
  sql: Sql,
  asked: {
    readonly width: MetricsWidth;
    readonly from: Date;
    readonly to: Date;
    readonly agentId: string | null;
    readonly capability: string | null;
    readonly limit: number;
  },
): Promise<MetricsBucket[]> {
  const { width, from, to, agentId, capability, limit } = asked;
  return sql.run<MetricsBucket>(HISTORY, [width, from, to, agentId, capability, limit]);
}

/** What a new brain knows of an agent's attempts at a capability. */
export interface MetricsSeed {
  readonly agentId: string;
  readonly capability: string;
  readonly attempts: number;
  readonly succeeded: number;
  readonly meanMs: number;
  readonly at: Date;
}

const SEEDS = statement(
  'metrics-seeds',
  `select agent_id as "agentId", capability, sum(completed + failed)::int as attempts, sum(completed)::int as succeeded,
          coalesce((array_agg(ewma_ms order by bucket desc))[1], 0) as "meanMs",
          least(max(bucket) + interval '1 minute', now()) as at
     from agent_metrics m
    where width = 60 and bucket > now() - interval '10 minutes'
      and exists (select 1 from agents a where a.id = m.agent_id and a.state <> 'terminated')
    group by agent_id, capability having sum(completed + failed) > 0`,
);

/** The last ten minutes of the agents that are present. */
export function loadMetricsSeeds(sql: Sql): Promise<MetricsSeed[]> {
  return sql.run<MetricsSeed>(SEEDS);
}

const RATES = statement(
  'metrics-success-rates',
  `select agent_id as "agentId", (sum(completed) / sum(completed + failed)::float8)::float8 as rate
     from agent_metrics where width = 60 and bucket > now() - interval '5 minutes'
    group by agent_id having sum(completed + failed) >= 10`,
);

/** The share of attempts that succeeded in the last five minutes, by agent, where there were enough to tell. */
export async function readSuccessRates(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.run<{ agentId: string; rate: number }>(RATES);
  return new Map(rows.map(({ agentId, rate }) => [agentId, rate]));
}

const PRESENCE = statement(
  'metrics-presence',
  `select asked.id as "agentId",
          least(1, sum(extract(epoch from greatest(interval '0', coalesce(i.terminated_at, now())
                    - greatest(i.registered_at, now() - interval '1 day'))))
                 / greatest(0.001, extract(epoch from now() - greatest(min(i.registered_at), now() - interval '1 day'))))::float8
            as share
     from agents asked join agents i on i.name = asked.name and i.state <> 'created'
    where asked.id = any($1::uuid[]) group by asked.id`,
);

/** The share of the last day, or of the time since it was first seen, in which an agent of the same name was present. */
export async function readAvailability(sql: Sql, agentIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql.run<{ agentId: string; share: number }>(PRESENCE, [agentIds]);
  return new Map(rows.map(({ agentId, share }) => [agentId, share]));
}
