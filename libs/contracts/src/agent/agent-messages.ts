import { type AgentId, type AttemptToken, type TaskId } from '../ids';
import { type JsonObject, type JsonSchema } from '../json';
import { defineMessage } from '../message';
import { anyJson, count, list, name, nullable, object, oneOf, record, text, uuid } from '../schema-parts';
import { agentStates, type AgentState } from './agent-state';

/** One thing an agent can do, with the JSON Schemas that fence it. */
export interface Capability {
  /** `family.verb`, for example `research.search`. */
  readonly name: string;
  /** Semantic version; default 1.0.0. */
  readonly version: string;
  readonly description?: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  /** At most this many attempts of this capability at once in one instance; default: the agent's concurrency. */
  readonly concurrency?: number;
}

/** Agent → registry (request): here I am. Idempotent by `agentId`. */
export interface AgentRegister {
  readonly agentId: AgentId;
  /** Stays the same over restarts: `research-1`. */
  readonly name: string;
  readonly family: string;
  /** 1 for the first process under this name, then one more each time it is replaced. 0: let the registry count. */
  readonly incarnation: number;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly capabilities: readonly Capability[];
  readonly tags: readonly string[];
  /** Attempts it works on at once. */
  readonly concurrency: number;
  /** Attempts it keeps waiting beyond those, so that it never starves where they are short; default 0. */
  readonly prefetch?: number;
  /** It keeps an attempt that names another one in `after` until that has completed; default false. */
  readonly sequences?: boolean;
  readonly resources: { readonly cpu?: number; readonly memoryMb?: number; readonly gpu?: number };
  /** Its name becomes a member of these; those that are missing are made. */
  readonly channels: readonly string[];
}
const capabilitySchema = object({
  // Words joined by dots, each beginning with a letter; said without a repeated group, which the validator refuses.
  name: {
    type: 'string',
    maxLength: 200,
    pattern: '^[a-z][a-z0-9.-]*[.][a-z][a-z0-9-]*$',
    not: { type: 'string', pattern: '[.][^a-z]' },
  },
  version: name,
  'description?': { type: 'string', maxLength: 2000 },
  input: { anyOf: [{ type: 'object' }, { type: 'boolean' }] },
  output: { anyOf: [{ type: 'object' }, { type: 'boolean' }] },
  'concurrency?': { type: 'integer', minimum: 1 },
});
export const agentRegister = defineMessage<AgentRegister>({
  type: 'io.baton.agent.register.v1',
  summary: 'An agent instance announces itself with what it can do.',
  schema: object({
    agentId: uuid,
    name,
    family: name,
    incarnation: count,
    version: name,
    host: name,
    pid: count,
    capabilities: list(capabilitySchema, 200),
    tags: list(name, 50),
    concurrency: { type: 'integer', minimum: 1, maximum: 10_000 },
    'prefetch?': { type: 'integer', minimum: 0, maximum: 10_000 },
    'sequences?': { type: 'boolean' },
    resources: object({
      'cpu?': { type: 'number', minimum: 0 },
      'memoryMb?': { type: 'number', minimum: 0 },
      'gpu?': { type: 'number', minimum: 0 },
    }),
    channels: list(name, 200),
  }),
});

/** Registry → agent (reply to register). */
export interface AgentRegistered {
  readonly agentId: AgentId;
  readonly incarnation: number;
  readonly heartbeatSeconds: number;
  /** AMQP users whose orders (work, cancel, drain) the agent may trust; absent: anybody's. */
  readonly services?: readonly string[];
}
export const agentRegistered = defineMessage<AgentRegistered>({
  type: 'io.baton.agent.registered.v1',
  summary: 'The registry has the agent.',
  schema: object({
    agentId: uuid,
    incarnation: count,
    heartbeatSeconds: { type: 'number', exclusiveMinimum: 0 },
    'services?': list(text, 1000),
  }),
});

/** Agent → registry (durable): a planned farewell. */
export interface AgentDeregister {
  readonly agentId: AgentId;
  readonly reason: string;
}
export const agentDeregister = defineMessage<AgentDeregister>({
  type: 'io.baton.agent.deregister.v1',
  summary: 'An agent instance leaves as planned.',
  schema: object({ agentId: uuid, reason: text }),
});

/** Agent → registries and orchestrators (fan-out, not durable): alive, and this is what I am working on. */
export interface AgentHeartbeat {
  readonly agentId: AgentId;
  /** Rises by one with each heartbeat of this instance. */
  readonly beat: number;
  /** The next one comes within this many milliseconds; absent: nothing is promised. */
  readonly everyMs?: number;
  readonly state: AgentState;
  readonly draining: boolean;
  /** In-flight attempts: what an agent does not list, it does not have (I6). */
  readonly inFlight: readonly { readonly taskId: TaskId; readonly token: AttemptToken }[];
  readonly usage: { readonly cpuPercent: number; readonly memoryMb: number; readonly loadAverage: number };
}
export const agentHeartbeat = defineMessage<AgentHeartbeat>({
  type: 'io.baton.agent.heartbeat.v1',
  summary: 'An agent instance is alive; its load and the attempts it holds.',
  schema: object({
    agentId: uuid,
    beat: count,
    'everyMs?': count,
    state: oneOf(agentStates),
    draining: { type: 'boolean' },
    inFlight: list(object({ taskId: uuid, token: uuid })),
    usage: object({ cpuPercent: { type: 'number' }, memoryMb: { type: 'number' }, loadAverage: { type: 'number' } }),
  }),
});

/** Anybody → agent inbox, mandatory: no queue, no agent. There is no other answer. */
export interface AgentPing {
  /** Send a heartbeat now: somebody has to know what the agent holds. */
  readonly beat?: boolean;
}
export const agentPing = defineMessage<AgentPing>({
  type: 'io.baton.agent.ping.v1',
  summary: 'Is the inbox there? Comes back at once when it is not. May ask for a heartbeat.',
  schema: object({ 'beat?': { type: 'boolean' } }),
});

/** Registry → agent inbox: I do not know you (any more): register again. */
export const agentReregister = defineMessage<Record<string, never>>({
  type: 'io.baton.agent.reregister.v1',
  summary: 'The registry heard a heartbeat of an agent it does not know; the agent registers again.',
  schema: object({}),
});

/** Orchestrator or host → agent inbox: take nothing new, finish what you have, then leave. */
export interface AgentDrain {
  readonly reason: string;
  /** After this the rest is aborted and handed back. */
  readonly withinMs: number;
}
export const agentDrain = defineMessage<AgentDrain>({
  type: 'io.baton.agent.drain.v1',
  summary: 'Finish what you have and leave.',
  schema: object({ reason: text, withinMs: { type: 'number', minimum: 0 } }),
});

/** Anybody → registry (request): who can do this? All given conditions must hold. */
export interface AgentsDiscover {
  readonly capability?: string;
  readonly family?: string;
  readonly tags?: readonly string[];
  readonly state?: AgentState;
}
export const agentsDiscover = defineMessage<AgentsDiscover>({
  type: 'io.baton.agents.discover.v1',
  summary: 'Find agents by capability, family, tags and state.',
  schema: object({ 'capability?': name, 'family?': name, 'tags?': list(name, 50), 'state?': oneOf(agentStates) }),
});

/** Registry → asker (reply to discover): the agents that fit. */
export interface AgentsDiscovered {
  readonly agents: readonly Agent[];
}
export const agentsDiscovered = defineMessage<AgentsDiscovered>({
  type: 'io.baton.agents.discovered.v1',
  summary: 'The agents that fit the conditions.',
  schema: object({ agents: list(record(anyJson)) }),
});

/** Registry → `baton.events`, key `agent.<what>`: presence changed. */
export interface AgentPresence {
  readonly agentId: AgentId;
  readonly what: 'registered' | 'updated' | 'lost' | 'deregistered' | 'returned';
  readonly reason: string | null;
  /** The agent as it is now; absent when it left or was lost. */
  readonly agent?: AgentSeen;
}
/** What the scheduler needs to know of an agent. */
export interface AgentSeen {
  readonly agentId: AgentId;
  readonly name: string;
  readonly family: string;
  readonly state: AgentState;
  readonly draining: boolean;
  readonly concurrency: number;
  /** Absent: 0. */
  readonly prefetch?: number;
  /** Absent: false. */
  readonly sequences?: boolean;
  /** The AMQP user it registered with, as the broker has checked; null or absent: unknown. */
  readonly amqpUser?: string | null;
  readonly tags: readonly string[];
  /** As it declared them; absent: none. */
  readonly resources?: { readonly cpu?: number; readonly memoryMb?: number; readonly gpu?: number };
  readonly capabilities: readonly {
    readonly name: string;
    readonly version: string;
    readonly concurrency: number | null;
  }[];
}
export const agentPresence = defineMessage<AgentPresence>({
  type: 'io.baton.agent.presence.v1',
  summary: 'An agent came, changed, left or was lost.',
  schema: object({
    agentId: uuid,
    what: oneOf(['registered', 'updated', 'lost', 'deregistered', 'returned']),
    reason: nullable(text),
    'agent?': record(anyJson),
  }),
});

/** Orchestrator → registry (durable): its mandatory message to this inbox came back. The registry checks and decides. */
export const agentUnreachable = defineMessage<{ readonly agentId: AgentId }>({
  type: 'io.baton.agent.unreachable.v1',
  summary: 'A message to this agent had no queue to go to.',
  schema: object({ agentId: uuid }),
});

/** An agent as the API and discovery show it. */
export interface Agent {
  readonly id: AgentId;
  readonly name: string;
  readonly family: string;
  readonly incarnation: number;
  readonly version: string;
  readonly state: AgentState;
  /** 0 (lost) to 100. */
  readonly health: number;
  readonly capabilities: readonly Capability[];
  readonly tags: readonly string[];
  readonly host: string;
  readonly pid: number;
  readonly concurrency: number;
  readonly prefetch: number;
  readonly sequences: boolean;
  readonly inFlight: number;
  readonly resources: JsonObject;
  readonly usage: JsonObject;
  readonly channels: readonly string[];
  readonly lastHeartbeatAt: string | null;
  readonly registeredAt: string;
  readonly terminatedAt: string | null;
  readonly stats: JsonObject;
}
