import { type Sql, statement } from '../sql';

/** A circuit breaker as every process sees it. Those that never opened have no row. */
export interface BreakerRow {
  readonly agentId: string;
  readonly agentName: string;
  readonly capability: string;
  readonly state: 'closed' | 'half-open' | 'open';
  /** Times in a row that it opened. */
  readonly openings: number;
  readonly reason: string;
  readonly nextProbeAt: Date | null;
  readonly changedAt: Date;
}
export interface SavedBreakerMove {
  readonly agentId: string;
  readonly capability: string;
  readonly from: string;
  readonly to: string;
  readonly openings: number;
  readonly reason: string;
  /** From now; null unless it opened. */
  readonly coolDownMs: number | null;
}

const SAVE = statement(
  'breakers-save',
  `with x as (
     select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::float8[])
       with ordinality as x (agent_id, capability, was, state, openings, reason, cool_ms, n)
      where (select fence($1))
   ), last as (
     select distinct on (agent_id, capability) * from x order by agent_id, capability, n desc
   ), saved as (
     insert into breakers as b (agent_id, capability, state, openings, reason, next_probe_at)
     select agent_id, capability, state, openings, reason, clock_timestamp() + cool_ms * interval '1 millisecond' from last
         on conflict (agent_id, capability) do update
        set state = excluded.state, openings = excluded.openings, reason = excluded.reason,
            next_probe_at = excluded.next_probe_at, changed_at = now()
   )
   insert into audit (subject, subject_id, seq, from_state, to_state, agent_id, actor, reason, details)
   select 'breaker', x.agent_id,
          coalesce((select max(seq) from audit where subject = 'breaker' and subject_id = x.agent_id), 0)
            + row_number() over (partition by x.agent_id order by x.n),
          x.was, x.state, x.agent_id, 'orchestrator', x.capability || ': ' || x.reason,
          json_build_object('capability', x.capability, 'coolDownMs', x.cool_ms)::text
     from x`,
);

/** Stores where breakers stand, each move audited under the subject `breaker` and the id of the agent, in order. */
export async function saveBreakerMoves(sql: Sql, epoch: number, moves: readonly SavedBreakerMove[]): Promise<void> {
  if (moves.length === 0) return;
  const column = <Value>(of: (move: SavedBreakerMove) => Value): Value[] => moves.map(of);
  await sql.run(SAVE, [
    epoch,
    column((move) => move.agentId),
    column((move) => move.capability),
    column((move) => move.from),
    column((move) => move.to),
    column((move) => move.openings),
    column((move) => move.reason),
    column((move) => move.coolDownMs),
  ]);
}

const FORGET = statement(
  'breakers-forget',
  `delete from breakers b where changed_at < now() - interval '1 day'
      and not exists (select 1 from agents a where a.id = b.agent_id and a.state <> 'terminated')`,
);

/** Drops the breakers of agents that ended, a day after their last move. Their audit stays. */
export async function forgetBreakers(sql: Sql): Promise<void> {
  await sql.run(FORGET);
}

const LOAD = statement(
  'breakers-load',
  `select b.agent_id as "agentId", a.name as "agentName", b.capability, b.state, b.openings, b.reason,
          b.next_probe_at as "nextProbeAt", b.changed_at as "changedAt"
     from breakers b join agents a on a.id = b.agent_id and a.state <> 'terminated'
    order by b.capability, a.name`,
);

/** The breakers of the agents that are present. */
export function loadBreakers(sql: Sql): Promise<BreakerRow[]> {
  return sql.run<BreakerRow>(LOAD);
}
