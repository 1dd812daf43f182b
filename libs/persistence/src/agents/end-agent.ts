import { type AgentId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** Why an agent ended. Those in `returnable` may have been a mistake: such an agent may come back under its id. */
export type EndReason = 'lost' | 'unreachable' | 'never started' | 'deregistered' | 'replaced' | 'removed';
export const returnable: readonly string[] = ['lost', 'unreachable', 'never started'] satisfies EndReason[];

export interface EndOfAgent {
  readonly reason: EndReason;
  readonly actor: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Only when nobody has heard of it for so long, by the database's clock. */
  readonly silentForMs?: number;
}

const TERMINATE = statement(
  'agents-terminate',
  `with old as (
     select id, state from agents
      where id = $1 and state <> 'terminated'
        and ($5::int is null
             or coalesce(last_heartbeat_at, registered_at) < clock_timestamp() - $5 * interval '1 millisecond')
        for update
   ), a as (
     update agents a set state = 'terminated', seq = a.seq + 1, health = 0, in_flight = 0,
            terminated_at = clock_timestamp()
       from old where a.id = old.id
     returning a.id, a.seq, old.state as was
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, agent_id, actor, reason, details)
     select 'agent', id, seq, was, 'terminated', id, $2, $3, $4 from a
   )
   select id from a`,
);

/** Ends the agent, audited. False: it had ended before, or has been heard of meanwhile; nothing changed. */
export async function terminateAgent(sql: Sql, id: string, end: EndOfAgent): Promise<boolean> {
  const details = end.details ? JSON.stringify(end.details) : null;
  const rows = await sql.run(TERMINATE, [id, end.actor, end.reason, details, end.silentForMs ?? null]);
  return rows.length > 0;
}

const NEVER_STARTED = statement(
  'agents-never-started',
  `with old as (
     select id from agents
      where state = 'created' and registered_at < clock_timestamp() - $1 * interval '1 millisecond'
      order by id for update skip locked
   ), a as (
     update agents a set state = 'terminated', seq = a.seq + 1, health = 0, terminated_at = clock_timestamp()
       from old where a.id = old.id
     returning a.id, a.seq
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, agent_id, actor, reason)
     select 'agent', id, seq, 'created', 'terminated', id, $2, 'never started' from a
   )
   select id from a`,
);

/** Ends agents that were created but whose process never registered. Returns their ids. */
export async function endUnstartedAgents(sql: Sql, olderThanMs: number, actor: string): Promise<AgentId[]> {
  const rows = await sql.run<{ id: AgentId }>(NEVER_STARTED, [olderThanMs, actor]);
  return rows.map((row) => row.id);
}
