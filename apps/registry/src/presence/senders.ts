import { type AgentId } from '@baton/contracts';
import { judgeSender, type Services } from '@baton/engine';
import { type Refusals } from '@baton/observability';
import { amqpUserOf, type Sql } from '@baton/persistence';

type What = 'heartbeat' | 'registration' | 'farewell' | 'notice';

/** Who may speak for an agent: the AMQP user who registered it, and the services. Whoever else tries is counted and logged. */
export class Senders {
  constructor(
    private readonly services: Services,
    private readonly refusals: Pick<Refusals, 'refuse'>,
  ) {}

  /** `owner`: who registered the agent, as far as that is known. */
  accepts(what: What, agentId: AgentId, user: string | undefined, owner: string | null | undefined): boolean {
    const verdict = judgeSender(user, owner, this.services);
    if (verdict !== 'right') this.refusals.refuse(what, verdict, { agentId, ...(user !== undefined && { user }) });
    return verdict === 'right';
  }

  /** By the owner that is stored. */
  async acceptsStored(sql: Sql, what: What, agentId: AgentId, user: string | undefined): Promise<boolean> {
    return this.accepts(what, agentId, user, await amqpUserOf(sql, agentId));
  }
}
