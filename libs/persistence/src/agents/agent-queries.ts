import { type Agent, type AgentSeen, type AgentState, type HistoryEntry } from '@baton/contracts';
import { readHistory } from '../history/subject-history';
import { type Sql, statement } from '../sql';
import { AGENT_COLUMNS, AGENT_STATE, type AgentRow, toAgent, toAgentSeen } from './agent-row';

const PRESENT = statement(
  'agents-present',
  `select ${AGENT_COLUMNS} from agents where state <> 'terminated' order by id`,
);

/** Every agent that has not ended and has been heard of: what a scheduler or a registry starts with. */
export async function loadPresentAgents(sql: Sql): Promise<AgentSeen[]> {
  const rows = await sql.run<AgentRow>(PRESENT);
  return rows.filter((row) => row.state !== 'created').map(toAgentSeen);
}

const GET = statement('agents-get', `select ${AGENT_COLUMNS} from agents where id = $1`);

/** The agent, present or ended; undefined when the id was never registered. */
export async function getAgent(sql: Sql, id: string): Promise<Agent | undefined> {
  const [row] = await sql.run<AgentRow>(GET, [id]);
  return row && toAgent(row);
}

const USER = statement('agents-amqp-user', 'select amqp_user from agents where id = $1');

/** The AMQP user the agent registered with; null when it did not say, or was never registered. */
export async function amqpUserOf(sql: Sql, id: string): Promise<string | null> {
  const [row] = await sql.run<{ amqp_user: string | null }>(USER, [id]);
  return row?.amqp_user ?? null;
}

/** All given conditions hold. */
export interface AgentFilter {
  readonly family?: string;
  readonly name?: string;
  readonly state?: AgentState;
  readonly capability?: string;
  /** The agent has all of them. */
  readonly tags?: readonly string[];
  /** Only those that have not ended. */
  readonly present?: boolean;
}
export interface AgentPage {
  readonly limit: number;
  /** Id of the last agent of the page before. */
  readonly before?: string | undefined;
}

const LIST = statement(
  'agents-list',
  `select ${AGENT_COLUMNS} from agents
    where ($1::text is null or family = $1)
      and ($2::text is null or name = $2)
      and ($3::text is null or ${AGENT_STATE} = $3)
      and ($4::text is null or capabilities @> jsonb_build_array(jsonb_build_object('name', $4::text)))
      and ($5::text[] is null or tags @> $5)
      and (not $6::boolean or state <> 'terminated')
      and ($7::uuid is null or id < $7)
    order by id desc
    limit $8`,
);

/** Newest first. */
export async function listAgents(sql: Sql, filter: AgentFilter, { limit, before }: AgentPage): Promise<Agent[]> {
  const rows = await sql.run<AgentRow>(LIST, [...conditionsOf(filter), before ?? null, limit]);
  return rows.map(toAgent);
}

function conditionsOf(filter: AgentFilter): unknown[] {
  const { family = null, name = null, state = null, capability = null, tags = null, present = false } = filter;
  return [family, name, state, capability, tags, present];
}

/** Every transition of one agent instance, oldest first. */
export function agentHistory(sql: Sql, id: string): Promise<HistoryEntry[]> {
  return readHistory(sql, 'agent', id);
}

const PRESENT_NAMES = statement(
  'agents-present-names',
  `select name, bool_or(state not in ('created', 'terminated')) as present from agents where name = any($1) group by name`,
);

/** Of those names that agents ever had, whether one is present. */
export async function presentAgentNames(sql: Sql, names: readonly string[]): Promise<Map<string, boolean>> {
  if (names.length === 0) return new Map();
  const rows = await sql.run<{ name: string; present: boolean }>(PRESENT_NAMES, [names]);
  return new Map(rows.map((row) => [row.name, row.present]));
}
