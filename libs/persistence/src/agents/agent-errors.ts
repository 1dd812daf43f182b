import { MeshError } from '@baton/contracts';

/** As many agents as MAX_AGENTS allows are present. */
export class AgentLimitReachedError extends MeshError {
  readonly code = 'AGENT_LIMIT_REACHED';
  readonly recovery = 'reject';
  constructor(limit: number) {
    super(`${limit} agents are present, the most that MAX_AGENTS allows. Remove one, or raise MAX_AGENTS.`, { limit });
  }
}

/** The agent, or the present one whose name it takes, belongs to another AMQP user. A namesake may go: `conflict`. */
export class AgentOwnedError extends MeshError {
  readonly code;
  constructor(
    message: string,
    readonly recovery: 'reject' | 'conflict',
  ) {
    super(message);
    this.code = recovery === 'reject' ? ('FORBIDDEN' as const) : ('STATE_CONFLICT' as const);
  }
}
