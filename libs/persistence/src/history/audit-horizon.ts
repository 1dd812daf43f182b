import { type Sql, statement } from '../sql';

/**
 * Below the horizon the audit is complete: no transaction of this database that could still add to it is running.
 * Transaction numbers are shared by all databases of a server, so those of others are told apart by their sessions:
 * a session that is no longer running the transaction has ended it. Where sessions may not be looked at (other roles),
 * the oldest transaction of the whole server is taken, which is safe and may be later.
 */
const HORIZON = statement(
  'audit-horizon',
  `with now as materialized (select pg_current_snapshot() as snapshot),
   sessions as materialized (
     select backend_xid, query = '<insufficient privilege>' as hidden from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'
   )
   select case
            when exists (select 1 from sessions where hidden) then pg_snapshot_xmin(snapshot)::text
            else coalesce(
              (select min(running::text::bigint)::text from pg_snapshot_xip(snapshot) running
                where running::xid in (select backend_xid from sessions)),
              pg_snapshot_xmax(snapshot)::text)
          end as horizon
     from now`,
);

/** The first transaction number that is not complete yet. What is read after it was asked for sees all below it. */
export async function auditHorizon(sql: Sql): Promise<number> {
  const [row] = await sql.run<{ horizon: string }>(HORIZON);
  return Number(row?.horizon ?? 0);
}
