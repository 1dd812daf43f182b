import { agentsDiscover, type AgentsDiscover, agentsDiscovered } from '@baton/contracts';
import { type AgentDirectory } from '../agents/agent-directory';
import { bodyCheck } from '../api/http/check-body';
import { type DoorRequest } from './door-request';

const checkDiscover = bodyCheck<AgentsDiscover>(agentsDiscover.schema);
/** More agents are never told in one answer. */
const MOST_AGENTS = 1000;

/** What services may ask about agents: the same as of the registry, for those who talk to orchestrators anyway. */
export function agentRequests(agents: AgentDirectory): DoorRequest[] {
  return [
    {
      kind: agentsDiscover,
      reply: agentsDiscovered,
      roles: ['viewer'],
      repeatable: true,
      carryOut: async ({ event }) => {
        const found = await agents.list(checkDiscover(event.data), { limit: MOST_AGENTS });
        return JSON.stringify({ agents: found });
      },
    },
  ];
}
