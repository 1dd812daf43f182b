import { type Bus, exchanges, outgoing, queues, type QueueSpec, type Subscription } from '@baton/bus';
import {
  agentHeartbeat,
  type AgentHeartbeat,
  agentPing,
  type AgentSeen,
  type AgentState,
  type CloudEvent,
} from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { Database, moveAgent } from '@baton/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { BUS, LOGGER, REPLICA, type Replica } from '../ports';
import { Announcer } from './announcer';
import { OwnEar } from './own-ear';
import { PresenceBook } from './presence-book';
import { Strangers } from './strangers';

/** Listens to the heartbeats of all agents, on a queue of its own, and to itself on the same queue. */
@Injectable()
export class Heartbeats {
  private subscription: Subscription | undefined;
  private sent = 0;

  constructor(
    private readonly database: Database,
    private readonly book: PresenceBook,
    private readonly strangers: Strangers,
    private readonly ear: OwnEar,
    private readonly announcer: Announcer,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(REPLICA) private readonly replica: Replica,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    const heartbeats = queues.heartbeats(this.replica.id, ['agent']);
    const queue: QueueSpec = { ...heartbeats, bindings: [...heartbeats.bindings, this.echo] };
    const kinds = [agentHeartbeat, agentPing];
    const take = (events: readonly CloudEvent<unknown>[]): void => events.forEach((event) => this.hear(event));
    this.subscription = await this.bus.consume(queue, ({ events }) => (take(events), 'done'), { noAck: true, kinds });
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  /** Lets the replica hear itself; a connection that is down is found out by what does not come back. */
  async speak(now: number): Promise<void> {
    const id = `${this.replica.id}-${++this.sent}`;
    this.ear.send(id, now);
    await this.bus.publish(this.echo, outgoing(agentPing, {}, { id }));
  }

  private get echo(): { exchange: string; key: string } {
    return { exchange: exchanges.heartbeats.name, key: `registry.${this.replica.id}` };
  }

  private hear(event: CloudEvent<unknown>): void {
    if (event.type === agentPing.type) return this.ear.heard(event.id);
    const beat = event.data as AgentHeartbeat;
    const hearing = this.book.hear(beat, performance.now());
    if (hearing.kind === 'unknown') this.strangers.note(beat.agentId);
    else if (hearing.kind === 'moved')
      void this.move(beat, hearing).catch((error: unknown) => this.report(beat, error));
    else if (hearing.kind === 'draining') this.tellDraining(hearing.agent);
  }

  private tellDraining(agent: AgentSeen): void {
    void this.announcer.announce({ agentId: agent.agentId, what: 'updated', reason: 'draining', agent });
  }

  /** A state the agent chose itself (paused, error): recorded by legal steps; a failure comes up again next beat. */
  private async move({ agentId }: AgentHeartbeat, way: { from: AgentState; to: AgentState }): Promise<void> {
    const by = { actor: `agent:${agentId}`, reason: 'as the agent reported' };
    if (!(await moveAgent(this.database, agentId, way, by))) return;
    const agent = this.book.moved(agentId, way.to);
    if (agent) await this.announcer.announce({ agentId, what: 'updated', reason: way.to, agent });
  }

  private report({ agentId }: AgentHeartbeat, error: unknown): void {
    this.logger.warn({ event: 'agent.move.failed', agentId, err: error }, 'a state was not recorded; tried again');
  }
}
