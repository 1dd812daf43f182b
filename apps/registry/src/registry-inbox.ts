import {
  createValidator,
  type Delivery,
  MessageInvalidError,
  problemOf,
  queues,
  type Responder,
  type Subscription,
  type Validator,
} from '@baton/bus';
import {
  agentDeregister,
  agentUnreachable,
  type AgentDeregister,
  type AgentId,
  type CloudEvent,
  MeshError,
  requestFailed,
  ValidationError,
} from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { Desk } from './desk';
import { LostAgents } from './presence/lost-agents';
import { Registrar } from './presence/registrar';
import { RegistryRequests } from './registry-requests';

/**
 * The queue that all replicas share. Requests are answered, if only with a problem; a notice that cannot be taken now
 * (the database is away) is delivered again.
 */
@Injectable()
export class RegistryInbox {
  private subscription: Subscription | undefined;
  private readonly responders: ReadonlyMap<string, { readonly responder: Responder; readonly check: Validator }>;

  constructor(
    private readonly desk: Desk,
    private readonly registrar: Registrar,
    private readonly lost: LostAgents,
    requests: RegistryRequests,
  ) {
    this.responders = new Map(
      requests.responders.map((responder) => {
        const { type, schema } = responder.kind;
        return [type, { responder, check: createValidator(schema) }] as const;
      }),
    );
  }

  async start(): Promise<void> {
    const take = async (delivery: Delivery): Promise<'done'> => {
      for (const event of delivery.events) await this.handle(event, delivery);
      return 'done';
    };
    // Who asks hears what does not fit: it is checked here, not refused to the dead letters.
    const asked = [...this.responders.values()].map(({ responder }) => ({ ...responder.kind, schema: {} }));
    const kinds = [agentDeregister, agentUnreachable, ...asked];
    this.subscription = await this.desk.bus.consume(queues.registry, take, { kinds });
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  private async handle(event: CloudEvent<unknown>, delivery: Delivery): Promise<void> {
    switch (event.type) {
      case agentDeregister.type:
        return this.deregister(event.data as AgentDeregister, delivery.user);
      case agentUnreachable.type:
        return this.suspect(event.data as { agentId: AgentId }, delivery.user);
      default:
        return this.answer(event, delivery);
    }
  }

  private async deregister(farewell: AgentDeregister, user: string | undefined): Promise<void> {
    const { senders, database } = this.desk;
    if (await senders.acceptsStored(database, 'farewell', farewell.agentId, user))
      await this.registrar.deregister(farewell);
  }

  private async suspect({ agentId }: { agentId: AgentId }, user: string | undefined): Promise<void> {
    const { senders, database } = this.desk;
    if (await senders.acceptsStored(database, 'notice', agentId, user)) await this.lost.suspect(agentId);
  }

  /** What goes wrong is the answer, also when the answer itself is too large for a message. */
  private async answer(event: CloudEvent<unknown>, delivery: Delivery): Promise<void> {
    try {
      const found = this.responders.get(event.type);
      if (!found) throw new MessageInvalidError(`Requests of type ${event.type} are not answered here.`);
      const faults = found.check(event.data);
      if (faults.length > 0) throw new ValidationError(faults);
      await delivery.reply(await found.responder.handle(event as CloudEvent<never>, delivery));
    } catch (error) {
      const level = error instanceof MeshError ? 'warn' : 'error';
      this.desk.logger[level](
        { event: 'registry.refused', type: event.type, source: event.source, err: error },
        'refused',
      );
      await delivery.reply({ kind: requestFailed, data: problemOf(error) });
    }
  }
}
