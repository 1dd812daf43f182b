import { type Sql, statement } from '../sql';
import { AgentLimitReachedError } from './agent-errors';

/** Any number; whoever adds an agent holds it to the end of the transaction, so that counting and adding are one. */
const ADMISSION_LOCK = 4_021_965;

const LOCK = statement('agents-admission-lock', 'select pg_advisory_xact_lock($1)');
const COUNT = statement(
  'agents-count',
  `select count(*)::int as present from agents where state <> 'terminated' and id <> $1 and name <> $2`,
);

/** From here to the end of the transaction nobody else adds an agent. */
export async function lockAdmission(sql: Sql): Promise<void> {
  await sql.run(LOCK, [ADMISSION_LOCK]);
}

/** Throws AgentLimitReachedError when there is no room for it; one that takes the place of its namesake needs none. */
export async function ensureRoom(sql: Sql, agent: { id: string; name: string }, maxAgents: number): Promise<void> {
  const [row] = await sql.run<{ present: number }>(COUNT, [agent.id, agent.name]);
  if ((row?.present ?? 0) >= maxAgents) throw new AgentLimitReachedError(maxAgents);
}
