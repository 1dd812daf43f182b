import { outgoing, queues, respond, type Responder, type Subscription } from '@baton/bus';
import {
  type AgentId,
  type AgentProcessSpec,
  hostReply,
  hostSpawn,
  hostStop,
  type FieldFault,
  ValidationError,
} from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { builtFamilies } from '../deployment/families';
import { Desk } from '../desk';
import { AddedSpecs } from '../supervisor/added-specs';
import { addedAgent } from '../supervisor/planned-agents';
import { Supervisor } from '../supervisor/supervisor';
import { OrderForbiddenError } from './order-forbidden-error';

/** Orders of the orchestrators, on the host's own inbox. Each is answered, if only with a problem. */
@Injectable()
export class Orders {
  private subscription: Subscription | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly supervisor: Supervisor,
    private readonly added: AddedSpecs,
  ) {}

  async start(): Promise<void> {
    const responders: Responder[] = [
      { kind: hostSpawn, handle: ({ data }, { user }) => this.spawn(this.allowed(data, user)) },
      { kind: hostStop, handle: ({ data }, { user }) => this.stopOne(this.allowed(data, user)) },
    ];
    const { bus, hostId, logger } = this.desk;
    this.subscription = await respond(bus, queues.host(hostId), responders, { logger });
  }

  /** What was added at run time before the host restarted. Throws ConfigurationError for a broken file. */
  kept(): AgentProcessSpec[] {
    return this.added.load();
  }

  /** Runs it again, but for names that the deployment has by now. */
  restore(kept: readonly AgentProcessSpec[]): void {
    const taken = new Set(this.supervisor.snapshot.map((process) => process.name));
    for (const spec of kept) if (!taken.has(spec.name)) this.supervisor.add(addedAgent(spec));
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  /** Who may start processes here may do anything: only the services may. */
  private allowed<Order>(order: Order, user: string | undefined): Order {
    if (this.desk.services.has(user)) return order;
    this.desk.logger.warn({ event: 'order.refused', user }, 'an order from a user who may give none');
    throw new OrderForbiddenError(user);
  }

  /** Kept before it is answered: what was promised runs again after a restart of the host. */
  private spawn({ agentId, ...spec }: AgentProcessSpec & { readonly agentId: AgentId }): ReturnType<typeof outgoing> {
    const families = builtFamilies(this.desk.config.BATON_APPS_DIR);
    if (!families.includes(spec.family)) {
      const message = `"${spec.family}" is not known on this host. Known: ${families.join(', ')}`;
      throw new ValidationError([{ path: 'family', message } satisfies FieldFault]);
    }
    const process = this.supervisor.add(addedAgent(spec), agentId);
    this.added.keep(spec);
    return outgoing(hostReply, { ok: true, message: `${spec.name} is starting`, process });
  }

  private stopOne({
    name,
    withinMs,
  }: {
    readonly name: string;
    readonly withinMs: number;
  }): ReturnType<typeof outgoing> {
    const { process, gone } = this.supervisor.remove(name, withinMs);
    this.added.forget(name);
    void gone.then(() => this.desk.logger.info({ event: 'process.removed', agent: name }, 'removed'));
    return outgoing(hostReply, { ok: true, message: `${name} is stopping`, process });
  }
}
