import { randomUUID } from 'node:crypto';
import { type Bus, connectBus, outgoing, queues, respond, type Responder, responder, routes } from '@baton/bus';
import {
  agentDeregister,
  agentDrain,
  agentHeartbeat,
  type AgentHeartbeat,
  type AgentId,
  agentRegister,
  type AgentRegister,
  agentRegistered,
  agentReregister,
  type AttemptToken,
  channelJoin,
  channelJoined,
  mailboxOpen,
  mailboxOpened,
  type Membership,
  membershipsList,
  membershipsListed,
  taskAssigned,
  type TaskAssigned,
  taskCanceled,
  taskFinished,
  type TaskFinished,
  type TaskId,
  taskProgress,
  type TaskProgress,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';

/** The part of a mesh an agent talks to, on a real broker: answers registrations, assigns, and keeps what comes back. */
export class MeshStandIn {
  readonly registrations: AgentRegister[] = [];
  readonly farewells: string[] = [];
  readonly heartbeats: AgentHeartbeat[] = [];
  readonly results: TaskFinished[] = [];
  readonly progress: TaskProgress[] = [];

  private constructor(readonly bus: Bus) {}

  static async open(url: string): Promise<MeshStandIn> {
    const logger = createLogger('stand-in', 'silent');
    const bus = await connectBus({ url, name: 'stand-in', source: `/orchestrators/${randomUUID()}`, logger });
    return new MeshStandIn(bus);
  }

  async openRegistry(heartbeatSeconds = 30): Promise<void> {
    const register = responder(agentRegister, ({ data }) => {
      this.registrations.push(data);
      return outgoing(agentRegistered, { agentId: data.agentId, incarnation: 1, heartbeatSeconds });
    });
    const deregister = responder(agentDeregister, ({ data }) => {
      this.farewells.push(data.agentId);
      return outgoing(agentReregister, {}); // nobody asked: goes nowhere
    });
    await respond(this.bus, queues.registry, [register, deregister, ...this.channelDesk()]);
    await this.bus.consume(
      queues.heartbeats(randomUUID(), ['agent']),
      (delivery) => {
        this.heartbeats.push(...delivery.events.map((event) => event.data as AgentHeartbeat));
        return 'done';
      },
      { kinds: [agentHeartbeat] },
    );
  }

  /** Memberships in memory; mailboxes on the broker. */
  private channelDesk(): Responder[] {
    const memberships: Membership[] = [];
    const ofMember = (member?: string): Membership[] => memberships.filter((one) => one.member === member);
    return [
      responder(channelJoin, ({ data: { channel, member, durable = false } }) => {
        const joined = { channel, member, durable, types: {}, joinedAt: new Date().toISOString() };
        memberships.push(joined);
        return outgoing(channelJoined, joined);
      }),
      responder(membershipsList, ({ data }) => outgoing(membershipsListed, { memberships: ofMember(data.member) })),
      responder(mailboxOpen, async ({ data: { address } }) => {
        await this.bus.admin.declare(queues.mailbox(address));
        return outgoing(mailboxOpened, { address, openedBy: 'stand-in', openedAt: new Date().toISOString() });
      }),
    ];
  }

  async openResults(): Promise<void> {
    await this.bus.consumeBatches(
      queues.results,
      (deliveries) => {
        for (const event of deliveries.flatMap((delivery) => delivery.events)) {
          if (event.type === taskFinished.type) this.results.push(event.data as TaskFinished);
          else this.progress.push(event.data as TaskProgress);
        }
        return Promise.resolve(deliveries.map(() => 'done' as const));
      },
      { kinds: [taskFinished, taskProgress] },
    );
  }

  assign(agentId: string, ...tasks: TaskAssigned[]): Promise<string> {
    const messages = tasks.map((task) => outgoing(taskAssigned, task));
    return this.bus.publish(routes.inbox(agentId), messages, { mandatory: true });
  }

  cancel(agentId: string, { taskId, attempt, token }: TaskAssigned, reason: string): Promise<string> {
    return this.bus.publish(routes.inbox(agentId), outgoing(taskCanceled, { taskId, attempt, token, reason }));
  }

  drain(agentId: string, withinMs: number): Promise<string> {
    return this.bus.publish(routes.inbox(agentId), outgoing(agentDrain, { reason: 'replaced', withinMs }));
  }

  forget(agentId: string): Promise<string> {
    return this.bus.publish(routes.inbox(agentId), outgoing(agentReregister, {}));
  }

  resultOf({ token }: TaskAssigned): TaskFinished {
    const found = this.results.find((result) => result.token === token);
    if (!found) throw new Error('no result yet');
    return found;
  }
}

/** An assignment with ids of its own. */
export function assignment(
  capability: string,
  input: TaskAssigned['input'],
  more: Partial<TaskAssigned> = {},
): TaskAssigned {
  const taskId = randomUUID() as string as TaskId;
  const token = randomUUID() as string as AttemptToken;
  return { taskId, attempt: 1, token, capability, input, timeoutMs: 60_000, ...more };
}

export function newAgentId(): AgentId {
  return randomUUID() as string as AgentId;
}
