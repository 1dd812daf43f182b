import { type Delivery, type Outgoing, outgoing, problemOf, queues, type Subscription } from '@baton/bus';
import {
  agentDeregister,
  agentRegister,
  agentRegistered,
  agentsDiscover,
  agentsDiscovered,
  agentUnreachable,
  type AgentDeregister,
  type AgentId,
  type AgentRegister,
  type AgentsDiscover,
  type CloudEvent,
  MeshError,
  requestFailed,
} from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { Discovery } from './discovery/discovery';
import { Desk } from './desk';
import { LostAgents } from './presence/lost-agents';
import { Registrar } from './presence/registrar';

const kinds = [agentRegister, agentDeregister, agentsDiscover, agentUnreachable];

/**
 * The queue that all replicas share. Requests are answered, if only with a problem; a notice that cannot be taken now
 * (the database is away) is delivered again.
 */
@Injectable()
export class RegistryInbox {
  private subscription: Subscription | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly registrar: Registrar,
    private readonly discovery: Discovery,
    private readonly lost: LostAgents,
  ) {}

  async start(): Promise<void> {
    const take = async (delivery: Delivery): Promise<'done'> => {
      for (const event of delivery.events) await this.handle(event, delivery);
      return 'done';
    };
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
        return delivery.reply(await this.answer(event, delivery.user));
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

  private async answer(event: CloudEvent<unknown>, user: string | undefined): Promise<Outgoing> {
    try {
      if (event.type === agentsDiscover.type)
        return outgoing(agentsDiscovered, await this.discovery.discover(event.data as AgentsDiscover));
      return outgoing(agentRegistered, await this.registrar.register(event.data as AgentRegister, user));
    } catch (error) {
      const level = error instanceof MeshError ? 'warn' : 'error';
      this.desk.logger[level](
        { event: 'registry.refused', type: event.type, source: event.source, err: error },
        'refused',
      );
      return { kind: requestFailed, data: problemOf(error) };
    }
  }
}
