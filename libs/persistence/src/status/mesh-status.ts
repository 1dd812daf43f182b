import { type Sql, statement } from '../sql';

/** The brain's lease by the database's own clock. */
export interface BrainLease {
  readonly held: boolean;
  readonly epoch: number;
  readonly holder: string | null;
  readonly expiresAt: Date | null;
}

const LEASE = statement(
  'lease-read',
  `select expires_at > clock_timestamp() as held, epoch::float8 as epoch, case when epoch > 0 then holder end as holder,
          case when isfinite(expires_at) then expires_at end as "expiresAt"
     from leases where name = 'brain'`,
);

/** Whether some orchestrator is the brain now, and since which epoch. */
export async function readBrainLease(sql: Sql): Promise<BrainLease> {
  const [row] = await sql.run<BrainLease & { epoch: number }>(LEASE);
  return row ?? { held: false, epoch: 0, holder: null, expiresAt: null };
}

export interface AgentCount {
  readonly name: string;
  readonly family: string;
  readonly state: string;
}

const AGENTS = statement(
  'agents-present-states',
  `select name, family, state from agents where state <> 'terminated'
    union all
   select distinct on (name) name, family, state from agents a where state = 'terminated'
      and terminated_at > now() - interval '1 hour'
      and not exists (select 1 from agents b where b.name = a.name and b.state <> 'terminated')`,
);

/** Every agent that is present, and by name those that ended within the hour and were not replaced. */
export function agentStatesNow(sql: Sql): Promise<AgentCount[]> {
  return sql.run<AgentCount & { name: string }>(AGENTS);
}

const WORKFLOWS = statement(
  'workflows-open',
  `select state, count(*)::int as count from workflows where state in ('running', 'paused') group by state`,
);

/** Workflows that are under way, by state. */
export async function countOpenWorkflows(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql.run<{ state: string; count: number }>(WORKFLOWS);
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

const PROBE = statement('probe', 'select 1 as one');

/** Resolves when the database answers. Throws DatabaseUnavailableError. */
export async function probeDatabase(sql: Sql): Promise<void> {
  await sql.run(PROBE);
}

const CRITICAL = statement(
  'agents-critical-lost',
  `select name from (
     select distinct on (name) id, name, state, seq from agents where $1 = any(tags) order by name, incarnation desc
   ) newest
    where state = 'error'
       or (state = 'terminated' and exists (
             select 1 from audit where subject_id = newest.id and audit.seq = newest.seq
                and reason in ('lost', 'unreachable', 'never started')))
    order by name`,
);

/** Names of agents with this tag whose newest incarnation failed; those that left as planned are not among them. */
export async function lostCriticalAgents(sql: Sql, tag: string): Promise<string[]> {
  const rows = await sql.run<{ name: string }>(CRITICAL, [tag]);
  return rows.map((row) => row.name);
}
