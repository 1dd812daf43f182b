import { type Delivery, exchanges, outgoing, queues, type QueueSpec, type Subscription, type Target } from '@baton/bus';
import { agentHeartbeat, type AgentHeartbeat, agentPing, type CloudEvent } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { OwnEar } from './own-ear';
import { PresenceBook } from './presence-book';
import { SelfReports } from './self-reports';
import { Strangers } from './strangers';

/** How often the replica listens to itself. */
export const LOOK_EVERY_MS = 1000;

/** Listens to the heartbeats of all agents, on a queue of its own, and to itself on the same queue. */
@Injectable()
export class Heartbeats {
  private readonly ear = new OwnEar(LOOK_EVERY_MS, performance.now());
  private subscription: Subscription | undefined;
  private sent = 0;

  constructor(
    private readonly desk: Desk,
    private readonly book: PresenceBook,
    private readonly strangers: Strangers,
    private readonly reports: SelfReports,
  ) {}

  async start(): Promise<void> {
    const heartbeats = queues.heartbeats(this.desk.replicaId, ['agent']);
    const { exchange, key } = this.echo;
    const queue: QueueSpec = { ...heartbeats, bindings: [...heartbeats.bindings, { exchange, key }] };
    const kinds = [agentHeartbeat, agentPing];
    const take = ({ events, user }: Delivery): 'done' => {
      for (const event of events) this.hear(event, user);
      return 'done';
    };
    this.subscription = await this.desk.bus.consume(queue, take, { noAck: true, kinds });
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  /** Lets the replica hear itself; a connection that is down is found out by what does not come back. */
  async speak(now: number): Promise<void> {
    const id = `${this.desk.replicaId}-${++this.sent}`;
    this.ear.send(id, now);
    await this.desk.bus.publish(this.echo, outgoing(agentPing, {}, { id }));
  }

  /** Those who were heard but are not known. */
  meetStrangers(now: number): Promise<void> {
    return this.strangers.meet(now);
  }

  /** How long this replica has heard everything. */
  soundForMs(now: number): number {
    return Math.min(this.ear.soundForMs(now), this.desk.bus.connectedForMs);
  }

  /** Where this replica hears itself. */
  get echo(): Target {
    return { exchange: exchanges.heartbeats.name, key: `registry.${this.desk.replicaId}` };
  }

  private hear(event: CloudEvent<unknown>, user: string | undefined): void {
    if (event.type === agentPing.type) return this.ear.heard(event.id);
    const beat = event.data as AgentHeartbeat;
    const owner = this.book.get(beat.agentId)?.amqpUser;
    if (!this.desk.senders.accepts('heartbeat', beat.agentId, user, owner)) return;
    const hearing = this.book.hear(beat, performance.now());
    if (hearing.kind === 'unknown') this.strangers.note(beat.agentId);
    else if (hearing.kind === 'moved') this.reports.moved(beat.agentId, hearing);
    else if (hearing.kind === 'draining') this.reports.draining(hearing.agent);
  }
}
