import { type AgentId, StateConflictError } from '@baton/contracts';
import { type Database } from '../database';
import { type Sql, statement } from '../sql';
import { ensureRoom, lockAdmission } from './admit-agent';

/** An agent that a host is about to be asked for. */
export interface NewAgent {
  readonly id: AgentId;
  readonly name: string;
  readonly family: string;
  readonly host: string;
  readonly tags: readonly string[];
  readonly concurrency: number;
}

const NAMESAKE = statement(
  'agents-namesake',
  `select id from agents where name = $1 and state <> 'terminated' limit 1`,
);
const CREATE = statement(
  'agents-create',
  `with a as (
     insert into agents (id, name, family, incarnation, version, state, tags, host, pid, concurrency)
     select $1, $2, $3, coalesce(max(incarnation), 0) + 1, '', 'created', $4, $5, 0, $6 from agents where name = $2
     returning id, seq
   )
   insert into audit (subject, subject_id, seq, to_state, agent_id, actor, reason)
   select 'agent', id, seq, 'created', id, $7, 'created on request' from a`,
);

/** Stores the agent as created. Throws AgentLimitReachedError, and StateConflictError when the name is taken. */
export async function insertCreatedAgent(
  database: Database,
  agent: NewAgent,
  by: { readonly actor: string; readonly maxAgents: number },
): Promise<void> {
  await database.transaction(async (sql) => {
    await lockAdmission(sql);
    const [namesake] = await sql.run<{ id: string }>(NAMESAKE, [agent.name]);
    if (namesake)
      throw new StateConflictError(`An agent named ${agent.name} is present (${namesake.id}). Choose another name.`);
    await ensureRoom(sql, agent, by.maxAgents);
    const { id, name, family, tags, host, concurrency } = agent;
    await sql.run(CREATE, [id, name, family, tags, host, concurrency, by.actor]);
  });
}

const DRAIN = statement(
  'agents-drain',
  `with old as (
     select id, state, seq from agents where id = $1 and state <> 'terminated' for update
   ), a as (
     update agents a set draining = true, seq = a.seq + 1 from old where a.id = old.id returning a.id, a.seq, a.state
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, agent_id, actor, reason)
     select 'agent', id, seq, state, state, id, $2, $3 from a
   )
   select id from a`,
);

/** Marks a present agent as leaving: it gets nothing new. False: it has ended already. */
export async function markDraining(sql: Sql, id: AgentId, actor: string, reason: string): Promise<boolean> {
  const rows = await sql.run(DRAIN, [id, actor, reason]);
  return rows.length > 0;
}
