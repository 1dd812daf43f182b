import { keyed, type Sql, statement } from '../sql';

/** A queued task as the scheduler's window needs it. `rank` is text: int8. */
export interface ReadyRow {
  readonly id: string;
  readonly capability: string;
  readonly rank: string;
  readonly targetAgentId: string | null;
  readonly options: string | null;
  readonly deadline: Date | null;
}

/** The columns of a ReadyRow, of this table alias. */
export const readyColumns = (alias: string): string =>
  `${alias}.id, ${alias}.capability, ${alias}.rank, ${alias}.target_agent_id as "targetAgentId", ${alias}.options, ${alias}.deadline`;

const FIRST = statement(
  'tasks-ready',
  `select ${readyColumns('t')} from tasks t where state = 'queued' and capability = $1 and run_at is null
    order by capability, rank, id limit $2`,
);
const CAPABILITIES = statement(
  'tasks-ready-capabilities',
  // A loose index scan: one probe per capability, however long the backlog.
  `with recursive c as (
     (select capability from tasks where state = 'queued' order by capability limit 1)
     union all
     select (select t.capability from tasks t where t.state = 'queued' and t.capability > c.capability
              order by t.capability limit 1) from c where c.capability is not null
   ) select capability from c where capability is not null`,
);
const BY_ID = keyed(
  'tasks-ready-by-id',
  `select ${readyColumns('t')} from tasks t where id = any($1::uuid[]) and state || '' = 'queued' and run_at is null`,
);

/** The first `limit` queued tasks of a capability by rank, without those backing off. */
export function loadReadyTasks(sql: Sql, capability: string, limit: number): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(FIRST, [capability, limit]);
}

/** Those of the given tasks that are queued and may go now. */
export function loadReadyTasksById(sql: Sql, ids: readonly string[]): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(BY_ID, [ids]);
}

/** Capabilities for which something is queued. */
export async function loadQueuedCapabilities(sql: Sql): Promise<string[]> {
  const rows = await sql.run<{ capability: string }>(CAPABILITIES);
  return rows.map((row) => row.capability);
}

const PROMOTE = statement(
  'tasks-promote',
  `with due as (
     select id from tasks where state = 'scheduled' and run_at <= clock_timestamp() order by run_at limit $2
   ), t as (
     update tasks t set state = 'queued', seq = t.seq + 1, run_at = null
       from due where t.id = due.id and t.state = 'scheduled' and (select fence($1))
     returning t.*
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor, reason)
     select 'task', id, seq, 'scheduled', 'queued', attempt, 'orchestrator', 'due' from t
   )
   select ${readyColumns('t')} from t`,
);
const WAKE = statement(
  'tasks-wake',
  `with due as (
     select id from tasks where state = 'queued' and run_at <= clock_timestamp() order by run_at limit $2
   )
   update tasks t set run_at = null from due
    where t.id = due.id and t.state = 'queued' and (select fence($1))
   returning ${readyColumns('t')}`,
);
const NEXT_DUE = statement(
  'tasks-next-due',
  `select least((select min(run_at) from tasks where state = 'scheduled'),
                (select min(run_at) from tasks where state = 'queued' and run_at is not null)) as "at",
          clock_timestamp() as "now"`,
);

/** Scheduled tasks whose time has come are queued (audited); at most `limit` of them. */
export function promoteScheduledTasks(sql: Sql, epoch: number, limit: number): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(PROMOTE, [epoch, limit]);
}

/** Queued tasks whose back-off is over; at most `limit` of them. Their state does not change. */
export function wakeBackedOffTasks(sql: Sql, epoch: number, limit: number): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(WAKE, [epoch, limit]);
}

/** Milliseconds until the next scheduled or backed-off task is due, by the database's clock; null: there is none. */
export async function untilNextDueMs(sql: Sql): Promise<number | null> {
  const [row] = await sql.run<{ at: Date | null; now: Date }>(NEXT_DUE);
  return row?.at ? Math.max(0, row.at.getTime() - row.now.getTime()) : null;
}
