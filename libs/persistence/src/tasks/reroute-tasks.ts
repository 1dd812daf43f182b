import { type Sql, statement } from '../sql';
import { type ReadyRow } from './ready-tasks';

/** A queued task that goes on as another capability. */
export interface TaskReroute {
  readonly taskId: string;
  readonly from: string;
  readonly to: string;
  /** Fallbacks that are left. */
  readonly fallback: readonly string[];
}

const REROUTE = statement(
  'tasks-reroute',
  `with x as (
     select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as x (id, was, capability, fallback)
   ), t as (
     update tasks t set seq = t.seq + 1, capability = x.capability, failures = 0,
            options = nullif((case when x.fallback = '[]' then t.options::jsonb - 'fallback'
                                   else jsonb_set(t.options::jsonb, '{fallback}', x.fallback::jsonb) end)::text, '{}')
       from x where t.id = x.id and t.state = 'queued' and t.capability = x.was and (select fence($1))
     returning t.*, x.was
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor, reason)
     select 'task', id, seq, 'queued', 'queued', attempt, 'orchestrator',
            'fallback to ' || capability || ': the breakers of all agents for ' || was || ' are open' from t
   )
   select id, capability, rank, target_agent_id as "targetAgentId", options, deadline from t`,
);

/**
 * Moves queued tasks to one of their fallbacks, with fresh retries, audited as queued → queued. Returns those that
 * were moved; the others were taken, canceled or moved before. Throws LeaseLostError when the epoch is over (I3).
 */
export function rerouteTasks(sql: Sql, epoch: number, reroutes: readonly TaskReroute[]): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(REROUTE, [
    epoch,
    reroutes.map((one) => one.taskId),
    reroutes.map((one) => one.from),
    reroutes.map((one) => one.to),
    reroutes.map((one) => JSON.stringify(one.fallback)),
  ]);
}
