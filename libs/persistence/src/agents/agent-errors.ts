import { MeshError } from '@baton/contracts';

/** As many agents as MAX_AGENTS allows are present. */
export class AgentLimitReachedError extends MeshError {
  readonly code = 'AGENT_LIMIT_REACHED';
  readonly recovery = 'reject';
  constructor(limit: number) {
    super(`${limit} agents are present, the most that MAX_AGENTS allows. Remove one, or raise MAX_AGENTS.`, { limit });
  }
}
