import { createValidator, outgoing, routes, UnroutableError } from '@baton/bus';
import {
  agentDrain,
  agentPing,
  type AgentDeregister,
  type AgentId,
  type AgentRegister,
  type AgentRegistered,
  type FieldFault,
  ValidationError,
} from '@baton/contracts';
import { type Admission, registerAgent, terminateAgent } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Channels } from '../channels/channels';
import { Desk } from '../desk';
import { Announcer } from './announcer';
import { PresenceBook } from './presence-book';

/** An agent that was replaced may be working still: it gets this long to finish. */
const REPLACED_DRAIN_MS = 10_000;

/** Agents come and go as planned. */
@Injectable()
export class Registrar {
  constructor(
    private readonly desk: Desk,
    private readonly book: PresenceBook,
    private readonly announcer: Announcer,
    private readonly channels: Channels,
  ) {}

  /**
   * Stores the agent and tells everybody. Idempotent. Throws ValidationError for a capability whose schema does not
   * compile, UnroutableError when nobody consumes the agent's inbox, and what `registerAgent` throws. `amqpUser`: who
   * asks; the agent is theirs from now on.
   */
  async register(agent: AgentRegister, amqpUser: string | undefined): Promise<AgentRegistered> {
    refuseBadSchemas(agent);
    this.channels.checkDeclared(agent);
    await this.ensureInbox(agent.agentId);
    const stored = await registerAgent(this.desk.database, agent, this.admission(agent.agentId, amqpUser));
    this.book.put(stored.agent, performance.now());
    for (const id of stored.replaced) await this.leaveTo(id, agent.agentId);
    await this.channels.joinDeclared(agent);
    await this.announcer.announce({ agentId: agent.agentId, what: stored.what, reason: null, agent: stored.agent });
    const { incarnation, what } = stored;
    this.desk.logger.info(
      { event: 'agent.registered', agentId: agent.agentId, agent: agent.name, what, incarnation },
      what,
    );
    const { config, services } = this.desk;
    const { BATON_HEARTBEAT_SECONDS: heartbeatSeconds } = config;
    return {
      agentId: agent.agentId,
      incarnation,
      heartbeatSeconds,
      ...(services.signed && { services: services.names }),
    };
  }

  private admission(agentId: AgentId, amqpUser: string | undefined): Admission {
    return {
      actor: this.desk.actor,
      maxAgents: this.desk.config.MAX_AGENTS,
      amqpUser,
      speaksFor: (owner) => this.desk.senders.accepts('registration', agentId, amqpUser, owner),
    };
  }

  async deregister({ agentId, reason }: AgentDeregister): Promise<void> {
    const { actor } = this.desk;
    const ended = await terminateAgent(this.desk.database, agentId, {
      reason: 'deregistered',
      actor,
      details: { reason },
    });
    this.book.remove(agentId);
    if (!ended) return;
    await this.announcer.announce({ agentId, what: 'deregistered', reason });
    this.desk.logger.info({ event: 'agent.deregistered', agentId, reason }, 'deregistered');
  }

  /** A registration may have waited in the queue while its agent died: no inbox, no agent. */
  private async ensureInbox(id: AgentId): Promise<void> {
    const inbox = routes.inbox(id);
    const outcome = await this.desk.bus.publish(inbox, outgoing(agentPing, {}), { mandatory: true });
    if (outcome === 'unroutable') throw new UnroutableError(inbox, 'an agent consumes its inbox before it registers');
  }

  private async leaveTo(id: AgentId, successor: AgentId): Promise<void> {
    this.book.remove(id);
    const reason = `replaced by ${successor}`;
    await this.announcer.announce({ agentId: id, what: 'lost', reason });
    await this.desk.bus.publish(routes.inbox(id), outgoing(agentDrain, { reason, withinMs: REPLACED_DRAIN_MS }));
  }
}

function refuseBadSchemas(agent: AgentRegister): void {
  const faults: FieldFault[] = [];
  agent.capabilities.forEach((capability, index) => {
    for (const side of ['input', 'output'] as const) {
      const message = faultOf(() => createValidator(capability[side]));
      if (message) faults.push({ path: `capabilities[${index}].${side}`, message: `(${capability.name}) ${message}` });
    }
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

function faultOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (error instanceof ValidationError) return error.message;
    throw error;
  }
}
