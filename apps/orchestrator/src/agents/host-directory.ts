import { randomUUID } from 'node:crypto';
import { type Bus, type Delivery, outgoing, queues, routes, type Subscription, UnroutableError } from '@baton/bus';
import {
  type AgentId,
  type AgentProcessSpec,
  type HostedProcess,
  hostHeartbeat,
  type HostHeartbeat,
  hostSpawn,
  hostStop,
} from '@baton/contracts';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Senders } from '../senders/senders';
import { BUS } from '../tokens';
import { HostBook } from './host-book';
import { FamilyUnknownError, NoHostError } from './no-host-error';

/** Every host beats at least once within this. */
const FIRST_BEAT_WITHIN_MS = 2500;
const POLL_MS = 50;
const REPLY_WITHIN_MS = 5000;

interface HostReply {
  readonly ok: boolean;
  readonly message: string;
  readonly process?: HostedProcess;
}

/** The hosts as their heartbeats show them, and the way to give them orders. */
@Injectable()
export class HostDirectory implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly book = new HostBook();
  private subscription: Subscription | undefined;
  private listeningSince = Number.POSITIVE_INFINITY;

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    private readonly senders: Senders,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const queue = queues.heartbeats(`hosts.${randomUUID()}`, ['host']);
    const hear = (beat: HostHeartbeat): void => this.book.hear(beat, performance.now());
    const take = ({ events, user }: Delivery): 'done' => {
      if (this.senders.isService(user, 'host heartbeat')) for (const { data } of events) hear(data as HostHeartbeat);
      return 'done';
    };
    this.subscription = await this.bus.consume(queue, take, { noAck: true, kinds: [hostHeartbeat] });
    this.listeningSince = performance.now();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
  }

  /** The hosts that beat. */
  list(): HostHeartbeat[] {
    return this.book.present(performance.now());
  }

  find(agent: { readonly id: AgentId; readonly name: string }): HostHeartbeat | undefined {
    return this.book.find(agent, performance.now());
  }

  /**
   * The host for one more agent of the family. Just after the start it waits for the first beats. Throws NoHostError,
   * FamilyUnknownError.
   */
  async choose(family: string): Promise<HostHeartbeat> {
    for (;;) {
      const now = performance.now();
      const host = this.book.choose(family, now);
      if (host) return host;
      if (now - this.listeningSince >= FIRST_BEAT_WITHIN_MS) throw this.nobodyFor(family);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private nobodyFor(family: string): NoHostError | FamilyUnknownError {
    const hosts = this.list();
    return hosts.length === 0 ? new NoHostError(family) : new FamilyUnknownError(family, hosts);
  }

  /**
   * Lets a host start the agent; one that turns out to be gone is passed over. Throws as `choose` does, RequestTimeoutError,
   * and RequestFailedError when the host refuses.
   */
  async spawn(spec: AgentProcessSpec & { readonly agentId: AgentId }): Promise<HostReply> {
    for (;;) {
      const host = await this.choose(spec.family);
      try {
        return await this.order(host, outgoing(hostSpawn, spec));
      } catch (error) {
        if (!(error instanceof UnroutableError)) throw error;
        this.book.forget(host.hostId);
      }
    }
  }

  /** The host starts to drain the process; it does not wait for its end. */
  async stop(host: HostHeartbeat, name: string, withinMs: number): Promise<HostReply> {
    return this.order(host, outgoing(hostStop, { name, withinMs }));
  }

  private async order(host: HostHeartbeat, order: ReturnType<typeof outgoing>): Promise<HostReply> {
    const reply = await this.bus.request<HostReply>(routes.host(host.hostId), order, { timeoutMs: REPLY_WITHIN_MS });
    return reply.data;
  }
}
