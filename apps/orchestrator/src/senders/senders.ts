import { judgeSender, type Services } from '@baton/engine';
import { type Refusals } from '@baton/observability';

/** An agent, and the AMQP user it registered with as far as that is known. */
export interface Owned {
  readonly agentId: string;
  readonly owner: string | null | undefined;
}

/** Decides by the AMQP user of a sender what it may say; whoever says more is counted and logged. */
export class Senders {
  constructor(
    private readonly services: Services,
    private readonly refusals: Pick<Refusals, 'refuse'>,
  ) {}

  /** Only who registered an agent, and the services, speak for it. */
  speaksFor({ agentId, owner }: Owned, user: string | undefined, what: 'heartbeat' | 'result' | 'progress'): boolean {
    const verdict = judgeSender(user, owner, this.services);
    if (verdict !== 'right') this.refusals.refuse(what, verdict, { agentId, ...(user !== undefined && { user }) });
    return verdict === 'right';
  }

  /** What the services tell each other. */
  isService(user: string | undefined, what: 'presence' | 'hint' | 'host heartbeat'): boolean {
    if (this.services.has(user)) return true;
    const reason = user === undefined ? 'no user' : 'another user';
    this.refusals.refuse(what, reason, user === undefined ? {} : { user });
    return false;
  }
}
