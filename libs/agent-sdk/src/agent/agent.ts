import { type Bus, outgoing, type Replier, routes, type Sender, type Subscription } from '@baton/bus';
import {
  agentDeregister,
  type AgentDrain,
  type AgentRegister,
  type AgentState,
  type AuctionCall,
} from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { Bidder } from '../bids/bidder';
import { type Offers } from '../capability/offer';
import { ProgressSender } from '../runner/progress-sender';
import { Reporter } from '../runner/reporter';
import { ResultOutbox } from '../runner/result-outbox';
import { Runner } from '../runner/runner';
import { Heartbeat, type Vitals } from './heartbeat';
import { openInbox } from './inbox';
import { Registration } from './registration';
import { Trust } from './trust';

export interface AgentParts {
  readonly bus: Bus;
  readonly announcement: AgentRegister;
  readonly offers: Offers;
  readonly messages: Sender;
  /** Until the registry says otherwise. */
  readonly heartbeatSeconds: number;
  /** How long attempts may go on after `stop`. */
  readonly drainMs: number;
  readonly logger: Logger;
}

/** Time for the last results and the farewell to reach the broker, in milliseconds. */
const farewellMs = 3000;

/** One agent on the bus: inbox, registration, heartbeat and runner, from start to farewell. */
export class Agent {
  /** Resolves with the reason when the agent was told to leave, and has drained. */
  readonly ended: Promise<string>;
  private readonly outbox: ResultOutbox;
  private readonly runner: Runner;
  private readonly bidder: Bidder;
  private readonly heartbeat: Heartbeat;
  private readonly registration: Registration;
  private end: (reason: string) => void = () => undefined;
  private readonly trust: Trust;
  private registered = false;
  private inbox: Subscription | undefined;
  private forgetConnected: () => void = () => undefined;

  constructor(private readonly parts: AgentParts) {
    const { bus, announcement, offers, messages, logger } = parts;
    const { agentId, concurrency } = announcement;
    this.outbox = new ResultOutbox(bus, logger);
    const reporter = new Reporter(agentId, this.outbox, logger);
    const progress = new ProgressSender(bus, agentId, logger);
    this.runner = new Runner({ offers, concurrency, reporter, progress, messages, logger });
    this.bidder = new Bidder({ agentId, offers, logger, workload: (offer) => this.runner.workload(offer) });
    this.heartbeat = new Heartbeat(bus, () => this.vitals(), logger);
    this.registration = new Registration(bus, announcement, logger);
    this.trust = new Trust(logger);
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  get isRegistered(): boolean {
    return this.registered;
  }

  /** Resolves when a registry knows the agent. The inbox is open before that: work may come at once. */
  async start(): Promise<void> {
    const { bus, announcement } = this.parts;
    this.inbox = await openInbox(bus, announcement.agentId, {
      assign: (task) => this.runner.assign(task),
      cancel: (order) => this.runner.cancel(order),
      bid: (call, reply) => void this.bid(call, reply),
      reregister: () => this.registerAgain('the registry asked'),
      drain: (order) => void this.leave(order),
      beat: () => this.registered && this.heartbeat.beat(),
      trusts: (user, order) => this.trust.allows(user, order),
    });
    this.forgetConnected = bus.on('connected', () => this.registerAgain('the connection is back'));
    await this.register();
  }

  /** Takes nothing new, lets attempts end, hands back the rest, says farewell. The bus stays open. */
  async stop(reason: string): Promise<void> {
    await this.drain(this.parts.drainMs);
    this.forgetConnected();
    this.registration.stop();
    this.heartbeat.stop();
    const lost = await this.outbox.close(farewellMs);
    if (lost > 0) this.parts.logger.warn({ event: 'results.lost', lost }, 'results not sent; these tasks run again');
    await this.sayFarewell(reason);
    await this.inbox?.stop();
  }

  private async drain(withinMs: number): Promise<void> {
    const news = !this.runner.draining;
    const drained = this.runner.drain(withinMs);
    if (news && this.registered) this.heartbeat.beat();
    await drained;
  }

  private async leave(order: AgentDrain): Promise<void> {
    this.parts.logger.info({ event: 'agent.draining', reason: order.reason }, 'told to leave');
    await this.drain(order.withinMs);
    this.end(order.reason);
  }

  /** Who called has gone when it cannot be told: then nobody waits for the bid. */
  private async bid(call: AuctionCall, reply: Replier): Promise<void> {
    const answer = await this.bidder.answer(call);
    await reply(answer).catch((err: unknown) => {
      this.parts.logger.debug({ event: 'bid.unsent', callId: call.callId, err }, 'a bid could not be sent');
    });
  }

  private async register(): Promise<void> {
    const { heartbeatSeconds, incarnation, services } = await this.registration.register();
    this.trust.inOnly(services);
    this.registered = true;
    this.parts.logger.info({ event: 'agent.registered', incarnation, heartbeatSeconds }, 'registered');
    this.heartbeat.start(heartbeatSeconds);
  }

  private registerAgain(why: string): void {
    if (!this.registered) return; // the first registration is still under way and goes on
    this.parts.logger.info({ event: 'agent.registering', why }, 'registering again');
    this.heartbeat.beat(); // the brain need not wait for the registry to know that the inbox is back
    this.register().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'AbortError') return; // leaving
      this.parts.logger.error({ event: 'agent.refused', err: error }, 'the registry refuses the agent; it leaves');
      this.end('refused by the registry');
    });
  }

  private vitals(): Vitals {
    const { agentId } = this.parts.announcement;
    const { inFlight, draining } = this.runner;
    const busy: AgentState = inFlight.length > 0 ? 'running' : 'idle';
    return { agentId, state: this.registered ? busy : 'initializing', draining, inFlight };
  }

  /** Without it the agent counts as lost a little later, which comes to the same. */
  private async sayFarewell(reason: string): Promise<void> {
    const { bus, announcement, logger } = this.parts;
    if (!this.registered || !bus.connected) return;
    const message = outgoing(agentDeregister, { agentId: announcement.agentId, reason });
    const sent = bus.publish(routes.registry, message, { durable: true });
    const timer = new Promise<'late'>((resolve) => setTimeout(resolve, farewellMs, 'late').unref());
    const outcome = await Promise.race([sent.catch((error: unknown) => String(error)), timer]);
    if (outcome !== 'sent')
      logger.warn({ event: 'agent.farewell', outcome }, 'the farewell did not reach the registry');
  }
}
