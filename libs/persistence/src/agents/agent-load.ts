import { type AgentId, type AgentHeartbeat } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** What heartbeats said of one agent. Load is not audited: it is no transition. */
export interface AgentLoad {
  readonly agentId: AgentId;
  /** How long ago it was heard; ages, not times, so that the clocks of the registries need not agree. */
  readonly heardAgoMs: number;
  readonly inFlight: number;
  readonly draining: boolean;
  readonly health: number;
  readonly usage: AgentHeartbeat['usage'];
}

// Rows somebody else writes at the moment are skipped: another registry is saving the same heartbeat.
const SAVE = statement(
  'agents-save-load',
  `with x as (
     select * from unnest($1::uuid[], $2::int[], $3::int[], $4::boolean[], $5::smallint[], $6::text[])
       as x(id, ago, in_flight, draining, health, usage)
   ), free as (
     select a.id from agents a join x using (id)
      where a.state <> 'terminated' order by a.id for no key update of a skip locked
   ), saved as (
     update agents a set in_flight = x.in_flight, draining = a.draining or x.draining, health = x.health,
            usage = x.usage::jsonb,
            last_heartbeat_at = greatest(a.last_heartbeat_at, clock_timestamp() - x.ago * interval '1 millisecond')
       from x join free using (id) where a.id = x.id
   )
   select x.id from x left join agents a on a.id = x.id where a.id is null or a.state in ('terminated', 'created')`,
);

/** Saves the load of many agents at once. Returns those that the database does not have as present. */
export async function saveAgentLoads(sql: Sql, loads: readonly AgentLoad[]): Promise<AgentId[]> {
  const column = <Value>(of: (load: AgentLoad) => Value): Value[] => loads.map(of);
  const rows = await sql.run<{ id: AgentId }>(SAVE, [
    column((load) => load.agentId),
    column((load) => Math.max(0, Math.round(load.heardAgoMs))),
    column((load) => load.inFlight),
    column((load) => load.draining),
    column((load) => load.health),
    column((load) => JSON.stringify(load.usage)),
  ]);
  return rows.map((row) => row.id);
}
