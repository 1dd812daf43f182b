import { type AgentId, type HostId } from '../ids';
import { type JsonObject } from '../json';
import { defineMessage } from '../message';
import { count, list, name, nullable, object, oneOf, record, text, uuid } from '../schema-parts';

/** What a host is asked to run: one agent process under a stable name. */
export interface AgentProcessSpec {
  readonly name: string;
  readonly family: string;
  readonly tags: readonly string[];
  readonly concurrency: number | null;
  /** Further environment of the process. */
  readonly env: Readonly<Record<string, string>>;
}
export const agentProcessSpecSchema = object({
  name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' },
  family: name,
  tags: list(name, 50),
  concurrency: nullable({ type: 'integer', minimum: 1, maximum: 10_000 }),
  env: record({ type: 'string' }),
});

/** Host → orchestrators (fan-out): alive, and these are my processes. */
export interface HostHeartbeat {
  readonly hostId: HostId;
  readonly hostname: string;
  readonly pid: number;
  readonly beat: number;
  readonly families: readonly string[];
  readonly cpus: number;
  readonly memoryMb: number;
  readonly processes: readonly HostedProcess[];
}
export interface HostedProcess {
  readonly name: string;
  readonly family: string;
  readonly state: 'starting' | 'running' | 'backing-off' | 'stopping' | 'stopped' | 'failed';
  readonly pid: number | null;
  readonly agentId: AgentId | null;
  readonly restarts: number;
  readonly lastExit: string | null;
}
const hostedProcess = object({
  name,
  family: name,
  state: oneOf(['starting', 'running', 'backing-off', 'stopping', 'stopped', 'failed']),
  pid: nullable(count),
  agentId: nullable(uuid),
  restarts: count,
  lastExit: nullable(text),
});
export const hostHeartbeat = defineMessage<HostHeartbeat>({
  type: 'io.baton.host.heartbeat.v1',
  summary: 'A host is alive; its processes.',
  schema: object({
    hostId: uuid,
    hostname: name,
    pid: count,
    beat: count,
    families: list(name, 200),
    cpus: count,
    memoryMb: { type: 'number' },
    processes: list(hostedProcess, 1000),
  }),
});

/** Orchestrator → host inbox (request): run this process from now on. */
export const hostSpawn = defineMessage<AgentProcessSpec & { readonly agentId: AgentId }>({
  type: 'io.baton.host.spawn.v1',
  summary: 'Run this agent process and keep it running.',
  schema: {
    ...agentProcessSpecSchema,
    properties: { ...(agentProcessSpecSchema.properties as JsonObject), agentId: uuid },
  },
});

/** Orchestrator → host inbox (request): stop the process of this name for good, draining it first. */
export const hostStop = defineMessage<{ readonly name: string; readonly withinMs: number }>({
  type: 'io.baton.host.stop.v1',
  summary: 'Drain and stop this agent process for good.',
  schema: object({ name, withinMs: count }),
});

/** Host → asker: what the host did. */
export const hostReply = defineMessage<{
  readonly ok: boolean;
  readonly message: string;
  readonly process?: HostedProcess;
}>({
  type: 'io.baton.host.reply.v1',
  summary: 'What the host did.',
  schema: object({ ok: { type: 'boolean' }, message: text, 'process?': hostedProcess }),
});
