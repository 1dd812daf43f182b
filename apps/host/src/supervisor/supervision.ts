import { type AgentId, type AgentProcessSpec } from '@baton/contracts';
import { v7 as uuidv7 } from 'uuid';
import { type HostConfig } from '../config';
import { type Desk } from '../desk';
import { programOf } from '../deployment/families';
import { AgentProcess } from '../processes/agent-process';
import { type Announcements } from '../wire/announcements';
import { type SupervisionEvents } from './supervised-agent';

type Variables = Readonly<Record<string, string | undefined>>;

/** Joins decisions, processes and what is told about them. */
export function supervision({ config, out, logger }: Desk, announcements: Announcements): SupervisionEvents {
  return {
    launch: (spec, agentId) => {
      const program = { name: spec.name, file: programOf(config.BATON_APPS_DIR, spec.family) };
      return new AgentProcess({ ...program, env: environmentOf(spec, agentId, config) }, out.logs);
    },
    newId: () => uuidv7() as AgentId,
    changed: () => announcements.changed(),
    crashed: ({ name }, agentId, { code, signal }, plan) => {
      logger.error({ event: 'process.crashed', agent: name, agentId, code, signal, plan }, `${name} ended: ${plan}`);
      announcements.crashed(agentId);
    },
    left: (_spec, agentId) => announcements.left(agentId),
  };
}

/** The host's own unless the agent has others; by full path, as the agent may work elsewhere. */
function certificatesOf({ MESSAGE_QUEUE_CA, MESSAGE_QUEUE_CERT, MESSAGE_QUEUE_KEY }: HostConfig): Variables {
  return { MESSAGE_QUEUE_CA, MESSAGE_QUEUE_CERT, MESSAGE_QUEUE_KEY };
}

/** What the agent is told. Its own settings win over the inherited ones, who it is over both. */
function environmentOf(spec: AgentProcessSpec, agentId: AgentId, config: HostConfig): Variables {
  return {
    ...config.inherited,
    ...certificatesOf(config),
    ...spec.env,
    MESSAGE_QUEUE_URL: config.MESSAGE_QUEUE_URL,
    BATON_DATA_DIR: config.BATON_DATA_DIR,
    BATON_HOST_NAME: config.BATON_HOST_NAME,
    BATON_DRAIN_MS: spec.env.BATON_DRAIN_MS ?? String(config.BATON_DRAIN_MS),
    LOG_LEVEL: spec.env.LOG_LEVEL ?? config.LOG_LEVEL,
    BATON_AGENT_ID: agentId,
    BATON_AGENT_NAME: spec.name,
    ...(spec.tags.length > 0 && { BATON_AGENT_TAGS: spec.tags.join(',') }),
    ...(spec.concurrency !== null && { BATON_AGENT_CONCURRENCY: String(spec.concurrency) }),
  };
}
