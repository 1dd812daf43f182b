import { type Bus, createMessenger, type Messenger } from '@baton/bus';
import { type AgentId } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type MessagingPlan } from './messaging-plan';

export interface MessagingParts {
  readonly bus: Bus;
  readonly plan: MessagingPlan;
  readonly agentId: AgentId;
  readonly logger: Logger;
}

/** The messages of one agent, from its first queue to its last handler. */
export class Messaging {
  readonly messenger: Messenger;

  constructor(private readonly parts: MessagingParts) {
    const { bus, plan, agentId, logger } = parts;
    const { addresses } = plan;
    // A registry that is away is waited for, as with the registration.
    this.messenger = createMessenger({ bus, logger, addresses, owner: agentId, registryPatienceMs: Infinity });
  }

  /** What needs the broker alone: before the agent is known, so that whoever finds it reaches it. */
  async openLive(): Promise<void> {
    const { direct, subscriptions } = this.parts.plan;
    if (direct.length > 0) await this.messenger.receive(direct);
    for (const { events, handlers, options } of subscriptions) {
      await this.messenger.subscribe(events, handlers, options);
    }
  }

  /** What the registry keeps: memberships and the mailbox. */
  async openStored(): Promise<void> {
    const { joins, mailbox } = this.parts.plan;
    for (const { channel, handlers, options } of joins) await this.messenger.join(channel, handlers, options);
    if (mailbox) await this.messenger.openMailbox();
  }

  /** Takes nothing new; resolves when the handlers have ended, at most after `withinMs`. */
  close(withinMs: number): Promise<void> {
    return this.messenger.close(withinMs);
  }
}
