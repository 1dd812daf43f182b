import {
  type Agent,
  type AgentId,
  type AgentSeen,
  type AgentState,
  type Capability,
  type JsonObject,
} from '@baton/contracts';

export interface AgentRow {
  readonly id: AgentId;
  readonly name: string;
  readonly family: string;
  readonly incarnation: number;
  readonly version: string;
  readonly state: AgentState;
  readonly draining: boolean;
  readonly health: number;
  readonly capabilities: readonly Capability[];
  readonly tags: readonly string[];
  readonly host: string;
  readonly pid: number;
  readonly amqp_user: string | null;
  readonly concurrency: number;
  readonly prefetch: number;
  readonly sequences: boolean;
  readonly in_flight: number;
  readonly resources: JsonObject;
  readonly usage: JsonObject;
  readonly channels: readonly string[];
  readonly stats: JsonObject;
  readonly last_heartbeat_at: Date | null;
  readonly registered_at: Date;
  readonly terminated_at: Date | null;
}

/**
 * The column `state` holds audited states only. Whether an idle agent is running follows from its load and is told
 * here, so that no heartbeat writes a transition.
 */
export const AGENT_STATE = `case when state = 'idle' and in_flight > 0 then 'running' else state end`;

export const AGENT_COLUMNS = `id, name, family, incarnation, version, ${AGENT_STATE} as state, draining, health,
  capabilities, tags, host, pid, amqp_user, concurrency, prefetch, sequences, in_flight, resources, usage, stats,
  last_heartbeat_at, registered_at, terminated_at,
  array(select m.channel from channel_members m where m.member = name order by m.channel) as channels`;

/** The agent as the API and discovery show it. */
export function toAgent(row: AgentRow): Agent {
  const {
    in_flight: inFlight,
    last_heartbeat_at: heard,
    registered_at: registered,
    terminated_at: ended,
    ...same
  } = row;
  const { draining: _draining, amqp_user: _user, ...shown } = same;
  return {
    ...shown,
    inFlight,
    lastHeartbeatAt: heard?.toISOString() ?? null,
    registeredAt: registered.toISOString(),
    terminatedAt: ended?.toISOString() ?? null,
  };
}

/** The agent as the scheduler sees it. */
export function toAgentSeen(row: AgentRow): AgentSeen {
  const { id: agentId, name, family, state, draining, amqp_user: amqpUser, tags } = row;
  const { concurrency, prefetch, sequences } = row;
  const resources = row.resources as NonNullable<AgentSeen['resources']>;
  const capabilities = row.capabilities.map(seenCapability);
  const load = { concurrency, prefetch, sequences };
  return { agentId, name, family, state, draining, amqpUser, ...load, tags, resources, capabilities };
}

function seenCapability(capability: Capability): AgentSeen['capabilities'][number] {
  const { name, version, concurrency } = capability;
  return { name, version, concurrency: concurrency ?? null };
}
