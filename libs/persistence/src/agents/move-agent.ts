import { agentPath } from '@baton/engine';
import { type AgentState } from '@baton/contracts';
import { type Sql, statement } from '../sql';

const MOVE = statement(
  'agents-move',
  `with old as (
     select id, seq from agents where id = $1 and state = $2 for update
   ), a as (
     update agents a set state = ($3::text[])[cardinality($3::text[])], seq = a.seq + cardinality($3::text[])
       from old where a.id = old.id
     returning a.id, old.seq as before
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, agent_id, actor, reason)
     select 'agent', a.id, a.before + s.n, case s.n when 1 then $2 else ($3::text[])[s.n - 1] end, s.state, a.id, $4, $5
       from a, unnest($3::text[]) with ordinality s(state, n)
   )
   select id from a`,
);

/** Leads the agent by legal steps from one state to another, each audited. False: it was no longer in `from`. */
export async function moveAgent(
  sql: Sql,
  id: string,
  way: { readonly from: AgentState; readonly to: AgentState },
  by: { readonly actor: string; readonly reason: string },
): Promise<boolean> {
  const path = agentPath(way.from, way.to);
  if (!path || path.length === 0) return false;
  const rows = await sql.run(MOVE, [id, way.from, path, by.actor, by.reason]);
  return rows.length > 0;
}
