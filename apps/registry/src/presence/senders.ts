import { type AgentId } from '@baton/contracts';
import { judgeSender, type Services } from '@baton/engine';
import { type Refusals } from '@baton/observability';
import { amqpUserOf, type Sql } from '@baton/persistence';

type What = 'heartbeat' | 'registration' | 'farewell' | 'notice' | 'membership' | 'mailbox' | 'channel';
type Subject = Readonly<Record<string, string>>;

/** Who may speak for an agent: the AMQP user who registered it, and the services. Whoever else tries is counted and logged. */
export class Senders {
  constructor(
    private readonly services: Services,
    private readonly refusals: Pick<Refusals, 'refuse'>,
  ) {}

  /** `owner`: who registered the agent, as far as that is known. */
  accepts(what: What, agentId: AgentId, user: string | undefined, owner: string | null | undefined): boolean {
    return this.acceptsFor(what, { agentId }, user, owner);
  }

  /** The same of what is no agent: a name, say. */
  acceptsFor(what: What, subject: Subject, user: string | undefined, owner: string | null | undefined): boolean {
    const verdict = judgeSender(user, owner, this.services);
    if (verdict !== 'right') this.refusals.refuse(what, verdict, { ...subject, ...(user !== undefined && { user }) });
    return verdict === 'right';
  }

  /** Counted and logged: somebody who is neither a service nor the owner. */
  refuse(what: What, subject: Subject, user: string | undefined): void {
    const reason = user === undefined ? 'no user' : 'another user';
    this.refusals.refuse(what, reason, { ...subject, ...(user !== undefined && { user }) });
  }

  /** By the owner that is stored. */
  async acceptsStored(sql: Sql, what: What, agentId: AgentId, user: string | undefined): Promise<boolean> {
    return this.accepts(what, agentId, user, await amqpUserOf(sql, agentId));
  }
}
