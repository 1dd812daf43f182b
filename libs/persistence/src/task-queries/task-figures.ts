import { type Sql, statement } from '../sql';

/** Tasks that are not final, and those that need a look, by state: exact, read from partial indexes. */
const OPEN = statement(
  'tasks-open',
  `select 'queued' as state, count(*)::int as count from tasks where state = 'queued'
    union all select 'scheduled', count(*)::int from tasks where state = 'scheduled'
    union all (select state, count(*)::int from tasks where state in ('assigned', 'running') group by state)
    union all select 'waiting', count(*)::int from tasks where state = 'waiting'
    union all (select state, count(*)::int from tasks where state in ('failed', 'rejected') group by state)`,
);

export async function countOpenTasks(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql.run<{ state: string; count: number }>(OPEN);
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

const QUEUE = statement(
  'tasks-queue-depth',
  `select capability, count(*)::int as depth from tasks where state = 'queued' group by capability`,
);

/** Tasks that wait for an agent, by capability. */
export function queueDepths(sql: Sql): Promise<{ capability: string; depth: number }[]> {
  return sql.run(QUEUE);
}

/** Figures of one capability over the newest tasks. Times are milliseconds; null where nothing has finished. */
export interface CapabilityFigures {
  readonly capability: string;
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  readonly canceled: number;
  readonly rejected: number;
  readonly attempts: number;
  readonly waitMs: { readonly p50: number | null; readonly p95: number | null };
  readonly runMs: { readonly p50: number | null; readonly p95: number | null };
}

const FIGURES = statement(
  'tasks-figures',
  `with newest as (select * from tasks order by id desc limit $1),
   timed as (
     select capability, state, attempt, created_at,
            extract(epoch from assigned_at - greatest(created_at, run_at)) * 1000 as wait_ms,
            extract(epoch from finished_at - coalesce(started_at, assigned_at)) * 1000 as run_ms
       from newest
   )
   select capability, count(*)::int as tasks,
          count(*) filter (where state = 'completed')::int as completed,
          count(*) filter (where state = 'failed')::int as failed,
          count(*) filter (where state = 'canceled')::int as canceled,
          count(*) filter (where state = 'rejected')::int as rejected,
          sum(attempt)::int as attempts,
          json_build_object('p50', round((percentile_cont(0.5) within group (order by wait_ms))::numeric, 1),
                            'p95', round((percentile_cont(0.95) within group (order by wait_ms))::numeric, 1)) as "waitMs",
          json_build_object('p50', round((percentile_cont(0.5) within group (order by run_ms))::numeric, 1),
                            'p95', round((percentile_cont(0.95) within group (order by run_ms))::numeric, 1)) as "runMs"
     from timed group by capability order by capability`,
);

/** Per capability over the newest `window` tasks: bounded, whatever the table holds. */
export function capabilityFigures(sql: Sql, window: number): Promise<CapabilityFigures[]> {
  return sql.run<CapabilityFigures>(FIGURES, [window]);
}

export interface AgentFigures {
  readonly agentId: string;
  readonly completed: number;
  readonly failed: number;
  readonly runMs: { readonly p50: number | null; readonly p95: number | null };
}

const BY_AGENT = statement(
  'tasks-figures-by-agent',
  `with newest as (select * from tasks order by id desc limit $1)
   select agent_id as "agentId", count(*) filter (where state = 'completed')::int as completed,
          count(*) filter (where state = 'failed')::int as failed,
          json_build_object(
            'p50', round((percentile_cont(0.5) within group (order by extract(epoch from finished_at - coalesce(started_at, assigned_at)) * 1000))::numeric, 1),
            'p95', round((percentile_cont(0.95) within group (order by extract(epoch from finished_at - coalesce(started_at, assigned_at)) * 1000))::numeric, 1)
          ) as "runMs"
     from newest where agent_id is not null group by agent_id`,
);

/** Per agent over the newest `window` tasks. */
export function agentFigures(sql: Sql, window: number): Promise<AgentFigures[]> {
  return sql.run<AgentFigures>(BY_AGENT, [window]);
}
