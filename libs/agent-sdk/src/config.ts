import { hostname } from 'node:os';
import { brokerAddress, type BrokerAddress, brokerVariables } from '@baton/bus';
import { type AgentId } from '@baton/contracts';
import { logLevels, parseEnvironment } from '@baton/observability';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

const name = z.string().min(1).max(200);
const tags = z
  .string()
  .transform((text) => text.split(',').map((tag) => tag.trim()))
  .transform((list) => list.filter((tag) => tag !== ''))
  .pipe(z.array(name).max(50));

const environment = z.object({
  ...brokerVariables,
  BATON_AGENT_ID: z.uuid('must be a UUID').optional(),
  BATON_AGENT_NAME: name.optional(),
  BATON_AGENT_TAGS: tags.optional(),
  BATON_AGENT_CONCURRENCY: z.coerce.number().int().min(1).max(2000).optional(),
  BATON_HEARTBEAT_SECONDS: z.coerce.number().positive().max(3600).default(5),
  BATON_DRAIN_MS: z.coerce.number().int().min(0).max(3_600_000).default(10_000),
  BATON_HOST_NAME: name.default(hostname()),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

/** What the environment says about one agent process. What it leaves open, the agent's own options decide. */
export interface AgentConfig {
  readonly broker: BrokerAddress;
  readonly agentId: AgentId;
  readonly name: string;
  readonly tags: readonly string[] | undefined;
  readonly concurrency: number | undefined;
  readonly heartbeatSeconds: number;
  readonly drainMs: number;
  readonly hostName: string;
  /** Undefined: no health server. */
  readonly healthPort: number | undefined;
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
}

/** Reads the environment of an agent. Throws ConfigurationError with all faults. */
export function readAgentConfig(
  family: string,
  ownName: string | undefined = undefined,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): AgentConfig {
  const read = parseEnvironment(environment, variables);
  const agentId = (read.BATON_AGENT_ID ?? uuidv7()) as AgentId;
  return {
    broker: brokerAddress(read),
    agentId,
    name: read.BATON_AGENT_NAME ?? ownName ?? `${family}-${agentId.slice(-8)}`,
    tags: read.BATON_AGENT_TAGS,
    concurrency: read.BATON_AGENT_CONCURRENCY,
    heartbeatSeconds: read.BATON_HEARTBEAT_SECONDS,
    drainMs: read.BATON_DRAIN_MS,
    hostName: read.BATON_HOST_NAME,
    healthPort: read.HEALTH_PORT,
    logLevel: read.LOG_LEVEL,
  };
}
