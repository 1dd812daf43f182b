import { type RateLimit } from '@baton/contracts';
import { type Sql, statement } from '../sql';
import { readyColumns, type ReadyRow } from './ready-tasks';

const BEYOND = statement(
  'tasks-ready-beyond-lanes',
  `select ${readyColumns('t')} from tasks t
    where state = 'queued' and capability = $1 and run_at is null and (lane is null or lane <> all($2::text[]))
    order by capability, rank, id limit $3`,
);
const OF_LANES = statement(
  'tasks-ready-of-lanes',
  `select r.* from unnest($2::text[]) as l (lane), lateral (
     select ${readyColumns('t')} from tasks t
      where state = 'queued' and capability = $1 and lane = l.lane and run_at is null
      order by capability, lane, rank, id limit $3) as r`,
);
const OPTIONAL = statement(
  'tasks-ready-optional',
  `select ${readyColumns('t')} from tasks t
    where state = 'queued' and optional is not null and run_at is null order by rank, id limit $1`,
);

/** The first queued tasks of a capability that are in none of these lanes, by rank. */
export function loadReadyTasksBeyond(
  sql: Sql,
  capability: string,
  lanes: readonly string[],
  limit: number,
): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(BEYOND, [capability, lanes, limit]);
}

/** The first `limit` queued tasks of each of these lanes of a capability. */
export function loadLanedTasks(
  sql: Sql,
  capability: string,
  lanes: readonly string[],
  limit: number,
): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(OF_LANES, [capability, lanes, limit]);
}

/** Queued tasks that do not wait for an agent to come; the first `limit` by rank. */
export function loadOptionalTasks(sql: Sql, limit: number): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(OPTIONAL, [limit]);
}

/** An attempt that began under a rate-limit key, so long ago by the database's clock. */
export interface RecentStart {
  readonly key: string;
  readonly rate: RateLimit;
  readonly agoMs: number;
}

const RECENT = statement(
  'tasks-recent-starts',
  `select t.rate_key as key, t.options::json -> 'rateLimit' as rate,
          extract(epoch from clock_timestamp() - a.at)::float8 * 1000 as "agoMs"
     from tasks t join audit a on a.subject_id = t.id and a.subject = 'task' and a.to_state = 'assigned'
    where t.rate_key is not null and t.assigned_at > clock_timestamp() - interval '1 day'
      and a.at > clock_timestamp() - ((t.options::json -> 'rateLimit' ->> 'perSeconds')::float8 * interval '1 second')
    order by a.at`,
);

/** The attempts that still count for a rate limit, oldest first: what a new brain starts from. */
export function loadRecentStarts(sql: Sql): Promise<RecentStart[]> {
  return sql.run<RecentStart & Record<string, unknown>>(RECENT);
}
