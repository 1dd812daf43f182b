import { agentPath } from '@baton/engine';
import {
  type AgentId,
  type AgentRegister,
  type AgentSeen,
  type AgentState,
  StateConflictError,
} from '@baton/contracts';
import { type Database } from '../database';
import { type Sql, statement } from '../sql';
import { ensureRoom, lockAdmission } from './admit-agent';
import { AgentOwnedError } from './agent-errors';
import { AGENT_COLUMNS, type AgentRow, toAgentSeen } from './agent-row';
import { saveCapabilities } from './capability-index';
import { returnable, terminateAgent } from './end-agent';

export interface Registration {
  readonly what: 'registered' | 'updated' | 'returned';
  readonly incarnation: number;
  readonly agent: AgentSeen;
  /** Older incarnations of the same name that ended by this. */
  readonly replaced: readonly AgentId[];
}

/** Who admits the agent, and for whom. */
export interface Admission {
  readonly actor: string;
  readonly maxAgents: number;
  /** The AMQP user who registers it; absent: unknown. */
  readonly amqpUser?: string | undefined;
  /** Whether that user may speak for what belongs to `owner`. Default: yes. */
  readonly speaksFor?: (owner: string | null) => boolean;
}

interface Known {
  readonly state: AgentState;
  readonly amqp_user: string | null;
  readonly incarnation: number;
  readonly changed: boolean;
  readonly end: string | null;
}
const KNOWN = statement(
  'agents-known',
  `select a.state, a.incarnation, a.amqp_user,
          (a.capabilities, a.tags, a.concurrency) is distinct from ($2::jsonb, $3::text[], $4::int) as changed,
          (select reason from audit where subject = 'agent' and subject_id = a.id and to_state = 'terminated'
            order by seq desc limit 1) as end
     from agents a where a.id = $1 for update`,
);
interface Namesake {
  readonly id: AgentId;
  readonly incarnation: number;
  readonly amqp_user: string | null;
}
const NAMESAKES = statement(
  'agents-namesakes',
  `select id, incarnation, amqp_user from agents where name = $1 and id <> $2 and state <> 'terminated' order by id`,
);
const NEXT_INCARNATION = statement(
  'agents-next-incarnation',
  `select coalesce(max(incarnation), 0) + 1 as next from agents where name = $1 and id <> $2`,
);
// The last value of the path ($13) is the new state; an empty path changes none. One audit row for each step (I2).
const SAVE = statement(
  'agents-register',
  `with a as (
     insert into agents as a (id, name, family, incarnation, version, host, pid, capabilities, tags, concurrency,
                              resources, amqp_user, prefetch, sequences, state, seq, last_heartbeat_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $17, $18, 'idle', cardinality($13::text[]), clock_timestamp())
     on conflict (id) do update set
       name = excluded.name, family = excluded.family, incarnation = excluded.incarnation, version = excluded.version,
       host = excluded.host, pid = excluded.pid, capabilities = excluded.capabilities, tags = excluded.tags,
       concurrency = excluded.concurrency, prefetch = excluded.prefetch,
       sequences = excluded.sequences, resources = excluded.resources,
       amqp_user = coalesce(a.amqp_user, excluded.amqp_user),
       state = coalesce(($13::text[])[cardinality($13::text[])], a.state), seq = a.seq + cardinality($13::text[]),
       draining = a.draining and a.state <> 'terminated', terminated_at = null, health = 100,
       last_heartbeat_at = clock_timestamp()
     returning a.*
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, agent_id, actor, reason)
     select 'agent', a.id, a.seq - cardinality($13::text[]) + s.n,
            case s.n when 1 then $14 else ($13::text[])[s.n - 1] end, s.state, a.id, $15, $16
       from a, unnest($13::text[]) with ordinality s(state, n)
   )
   select ${AGENT_COLUMNS} from a`,
);

/**
 * Stores the agent and ends older incarnations of its name, in one transaction; the same registration again changes
 * nothing. Throws AgentLimitReachedError, StateConflictError for an instance that was replaced or removed, and
 * AgentOwnedError when it, or the one whose name it takes, belongs to another AMQP user.
 */
export function registerAgent(database: Database, agent: AgentRegister, by: Admission): Promise<Registration> {
  return database.transaction(async (sql) => {
    await lockAdmission(sql);
    const described = [JSON.stringify(agent.capabilities), agent.tags, agent.concurrency];
    const [known] = await sql.run<Known>(KNOWN, [agent.agentId, ...described]);
    refuseStranger(agent, known, by);
    refuseReplaced(agent, known);
    await ensureRoom(sql, { id: agent.agentId, name: agent.name }, by.maxAgents);
    const incarnation = await incarnationOf(sql, agent, known);
    const replaced = await replaceNamesakes(sql, { ...agent, incarnation }, by);
    const row = await save(sql, { ...agent, incarnation }, known, by);
    await saveCapabilities(sql, agent.family, agent.capabilities);
    return { what: whatHappened(known), incarnation, agent: toAgentSeen(row), replaced };
  });
}

function whatHappened(known: Known | undefined): Registration['what'] {
  if (known?.state === 'terminated') return 'returned';
  return known && known.state !== 'created' ? 'updated' : 'registered';
}

function refuseReplaced(agent: AgentRegister, known: Known | undefined): void {
  if (known?.state !== 'terminated' || returnable.includes(known.end ?? '')) return;
  throw new StateConflictError(
    `The agent ${agent.name} (${agent.agentId}) has ended (${known.end ?? 'unknown'}). Start a new instance with a new id.`,
  );
}

function refuseStranger({ name, agentId }: AgentRegister, known: Known | undefined, { speaksFor }: Admission): void {
  if (!known || speaksFor === undefined || speaksFor(known.amqp_user)) return;
  throw new AgentOwnedError(
    `The agent ${name} (${agentId}) belongs to another AMQP user. Start your own instance with a new id.`,
    'reject',
  );
}

/** Whoever takes the name of a present agent ends it: that is for its owner only. */
function refuseTakeover({ name }: AgentRegister, namesakes: readonly Namesake[], { speaksFor }: Admission): void {
  const foreign = namesakes.find((other) => speaksFor !== undefined && !speaksFor(other.amqp_user));
  if (!foreign) return;
  throw new AgentOwnedError(
    `An agent of another AMQP user has the name ${name} (${foreign.id}). Take another name, or come when it has ended.`,
    'conflict',
  );
}

async function incarnationOf(sql: Sql, agent: AgentRegister, known: Known | undefined): Promise<number> {
  if (known) return known.incarnation;
  if (agent.incarnation > 0) return agent.incarnation;
  const [row] = await sql.run<{ next: number }>(NEXT_INCARNATION, [agent.name, agent.agentId]);
  return row?.next ?? 1;
}

async function replaceNamesakes(sql: Sql, agent: AgentRegister, by: Admission): Promise<AgentId[]> {
  const { incarnation } = agent;
  const namesakes = await sql.run<Namesake>(NAMESAKES, [agent.name, agent.agentId]);
  refuseTakeover(agent, namesakes, by);
  const newer = namesakes.find((other) => other.incarnation > incarnation);
  if (newer)
    throw new StateConflictError(
      `The agent ${agent.name} (${agent.agentId}, incarnation ${incarnation}) was replaced by ${newer.id} (incarnation ${newer.incarnation}).`,
    );
  const details = { by: agent.agentId, incarnation };
  for (const { id } of namesakes) await terminateAgent(sql, id, { reason: 'replaced', actor: by.actor, details });
  return namesakes.map((other) => other.id);
}

async function save(sql: Sql, agent: AgentRegister, known: Known | undefined, by: Admission): Promise<AgentRow> {
  const [row] = await sql.run<AgentRow>(SAVE, [
    agent.agentId,
    agent.name,
    agent.family,
    agent.incarnation,
    agent.version,
    agent.host,
    agent.pid,
    JSON.stringify(agent.capabilities),
    agent.tags,
    agent.concurrency,
    JSON.stringify(agent.resources),
    by.amqpUser ?? null,
    pathOf(known),
    known?.state ?? null,
    by.actor,
    known ? whatHappened(known) : 'registered',
    agent.prefetch ?? 0,
    agent.sequences ?? false,
  ]);
  return row as AgentRow;
}

/** The steps to audit: a new agent is created, initializes and idles; one that is present only may have changed. */
function pathOf(known: Known | undefined): readonly AgentState[] {
  if (!known) return ['created', 'initializing', 'idle'];
  if (['created', 'terminated'].includes(known.state)) return agentPath(known.state, 'idle') ?? [];
  return known.changed ? [known.state] : [];
}
