import { type CloudEvent } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import {
  type BatchHandler,
  type Bus,
  type ConsumeOptions,
  type DeliveryHandler,
  type GatherOptions,
  type Outgoing,
  type PublishOptions,
  type PublishOutcome,
  type QueueSpec,
  type RawHandler,
  type RawMessage,
  type RequestOptions,
  type Subscription,
  type Target,
} from '../bus';
import { encode } from '../codec';
import { type Address } from './address';
import { type BrokerInfo } from './broker-features';
import { CalmLog } from './calm-log';
import { ConfirmedPublisher } from './confirmed-publisher';
import { type ConsumerContext, type ConsumerOptions } from './consumer';
import { Consumers } from './consumers';
import { type DurableQueueType, hasOneReader } from './declare';
import { ensureTopology } from './ensure-topology';
import { type Asker } from './intake';
import { Lifeline } from './lifeline';
import { Link, within } from './link';
import { LivePublisher } from './live-publisher';
import { asItIs, type Outbound, toOutbound } from './outbound';
import { RabbitQueueAdmin } from './queue-admin';
import { Pulse } from './pulse';
import { type Question, Requests } from './requests';
import { type Session } from './session';
import { SwiftLine } from './swift-line';
import { BatchWork, EachWork, type Outcomes, type Work } from './work';

export interface RabbitBusOptions {
  readonly addresses: readonly Address[];
  readonly startWith: number;
  readonly name: string;
  readonly source: string;
  readonly logger: Logger;
  readonly confirmWindow: number;
  readonly sendBuffer: number;
  readonly refusedAfterMs: number;
  readonly dialTimeoutMs: number;
  readonly heartbeatSeconds: number;
  readonly durableQueueType: DurableQueueType;
  /** Others declare the topology. */
  readonly expectsTopology: boolean;
}

const defaultRequestTimeoutMs = 5_000;
const defaultCloseMs = 5_000;

/** The bus over RabbitMQ: see `Bus` for what it promises. */
export class RabbitBus implements Bus {
  readonly admin: RabbitQueueAdmin;
  private readonly link: Link;
  private readonly lifeline: Lifeline;
  private readonly confirmed: ConfirmedPublisher;
  private readonly live: LivePublisher;
  private readonly requests = new Requests();
  private readonly pulse: Pulse;
  private readonly consumers: Consumers;
  private readonly swift: { line: SwiftLine | undefined; readonly context: ConsumerContext };
  private readonly calm: CalmLog;

  constructor(private readonly options: RabbitBusOptions) {
    this.calm = new CalmLog(options.logger);
    this.link = new Link(options.logger);
    this.admin = new RabbitQueueAdmin(this.link, options.durableQueueType);
    this.confirmed = new ConfirmedPublisher(options);
    this.live = new LivePublisher();
    this.pulse = new Pulse({
      opening: () => !this.connected,
      expecting: () => this.confirmed.isExpecting || this.requests.waiting > 0,
      blocked: () => this.confirmed.isBlocked,
    });
    const context: ConsumerContext = {
      logger: options.logger,
      calm: this.calm,
      durableQueueType: options.durableQueueType,
      refusals: (letter) => this.confirmed.publish(true, () => letter),
      sendReply: (asker, reply) => this.sendReply(asker, reply),
    };
    this.consumers = new Consumers(this.link, context);
    this.swift = { line: undefined, context: { ...context, notesSession: () => this.link.current } };
    this.lifeline = new Lifeline({
      ...options,
      sockets: 'two',
      up: (session) => this.up(session),
      down: () => this.link.down(),
    });
  }

  start(timeoutMs: number): Promise<void> {
    return this.lifeline.start(timeoutMs);
  }

  get connected(): boolean {
    return this.link.current !== undefined;
  }

  get connectedForMs(): number {
    return this.link.upForMs;
  }

  get broker(): BrokerInfo | undefined {
    return this.link.current?.broker;
  }

  publish(
    target: Target,
    message: Outgoing | readonly Outgoing[],
    options: PublishOptions = {},
  ): Promise<PublishOutcome> {
    const toSend = (): Outbound => toOutbound(target, encode(this.options.source, message, new Date()), options);
    if (options.durable || options.mandatory) return this.confirmed.publish(options.durable ?? false, toSend);
    return this.live.publish(toSend);
  }

  forward(target: Target, message: RawMessage): Promise<PublishOutcome> {
    return this.confirmed.publish(true, () => asItIs(target, message));
  }

  consume(queue: QueueSpec, handler: DeliveryHandler, options: ConsumeOptions = {}): Promise<Subscription> {
    return this.subscribe(queue, options, (outcomes) => new EachWork(handler, outcomes));
  }

  consumeBatches(queue: QueueSpec, handler: BatchHandler, options: ConsumeOptions = {}): Promise<Subscription> {
    return this.subscribe(queue, options, (outcomes) => new BatchWork(handler, outcomes));
  }

  consumeRaw(
    queue: QueueSpec,
    handler: RawHandler,
    options: Pick<ConsumeOptions, 'prefetch'> = {},
  ): Promise<Subscription> {
    const handle = handler as unknown as BatchHandler; // a raw consumer makes raw deliveries
    return this.subscribe(queue, { ...options, raw: true }, (outcomes) => new BatchWork(handle, outcomes));
  }

  async request<Reply>(target: Target, message: Outgoing, options: RequestOptions = {}): Promise<CloudEvent<Reply>> {
    const timeoutMs = options.timeoutMs ?? defaultRequestTimeoutMs;
    const left = this.link.current ? timeoutMs : await this.whenReady(timeoutMs);
    return (await this.requests.ask(this.toQuestion(target, message, left, options))) as CloudEvent<Reply>;
  }

  async gather(target: Target, message: Outgoing, options: GatherOptions): Promise<readonly CloudEvent<unknown>[]> {
    const left = this.link.current ? options.withinMs : await this.whenReady(options.withinMs);
    return this.requests.gather(this.toQuestion(target, message, left, options), options.expect ?? Infinity);
  }

  on(event: 'connected' | 'disconnected', listener: () => void): () => void {
    return this.link.on(event, listener);
  }

  async close(withinMs = defaultCloseMs): Promise<void> {
    const deadline = Date.now() + withinMs;
    await within(Promise.all([this.consumers.stop(), this.swift.line?.stop()]), withinMs);
    if (this.connected) await within(this.confirmed.idle(), deadline - Date.now());
    this.confirmed.close();
    this.live.close();
    this.requests.close();
    this.pulse.close();
    this.link.close();
    await Promise.all([this.lifeline.close(), this.swift.line?.close()]);
    this.calm.close();
  }

  /** Opened when it is first needed. */
  private get mailboxes(): SwiftLine {
    return (this.swift.line ??= new SwiftLine(this.options, this.swift.context));
  }

  /** What is left of the time once there is a connection. */
  private async whenReady(timeoutMs: number): Promise<number> {
    const deadline = Date.now() + timeoutMs;
    await this.link.ready(timeoutMs);
    return Math.max(deadline - Date.now(), 1);
  }

  private toQuestion(
    target: Target,
    message: Outgoing,
    timeoutMs: number,
    { headers, expirationMs }: Pick<GatherOptions, 'headers' | 'expirationMs'>,
  ): Question {
    const encoded = encode(this.options.source, message, new Date());
    // An unanswered request is of no use to anybody after its time.
    const life = expirationMs === Infinity ? {} : { expirationMs: expirationMs ?? timeoutMs };
    const outbound = toOutbound(target, encoded, { ...life, ...(headers && { headers }) });
    return { target, type: message.kind.type, outbound, timeoutMs };
  }

  private async subscribe(
    queue: QueueSpec,
    options: ConsumerOptions,
    createWork: (outcomes: Outcomes) => Work,
  ): Promise<Subscription> {
    await this.link.ready();
    if (hasOneReader(queue, this.options.durableQueueType)) return this.mailboxes.subscribe(queue, options, createWork);
    return this.consumers.subscribe(queue, options, createWork);
  }

  private async up(session: Session): Promise<void> {
    this.pulse.watch(session); // before all else: also what follows must not wait for ever
    await ensureTopology(session, this.options);
    session.publishing.on('blocked', (reason: string) => this.setBlocked(true, reason));
    session.publishing.on('unblocked', () => this.setBlocked(false));
    // Publishers first: what the consumers get at once may have to be answered.
    await Promise.all([this.confirmed.open(session), this.live.open(session), this.requests.open(session)]);
    await this.consumers.resume(session);
    const { product, version } = session.broker;
    const fields = { event: 'bus.connected', address: session.address.label, product, version };
    this.options.logger.info(fields, `connected to ${product}`);
    this.link.up(session);
  }

  private setBlocked(blocked: boolean, reason?: string): void {
    this.options.logger.warn(
      { event: 'bus.blocked', blocked, reason },
      'the broker holds publishers back or lets them go',
    );
    this.confirmed.setBlocked(blocked);
    this.live.setBlocked(blocked);
  }

  private async sendReply(
    { replyTo, correlationId, asked }: Asker,
    reply: Outgoing | readonly Outgoing[],
  ): Promise<void> {
    const follow = (one: Outgoing, index: number): Outgoing => {
      const correlation = one.correlationId ?? asked[index] ?? asked[0];
      return correlation === undefined ? one : { ...one, correlationId: correlation };
    };
    const isBatch = (given: typeof reply): given is readonly Outgoing[] => Array.isArray(given);
    const answer = isBatch(reply) ? reply.map(follow) : follow(reply, 0);
    await this.live.publish(() => {
      const encoded = encode(this.options.source, answer, new Date());
      const outbound = toOutbound({ exchange: '', key: replyTo }, encoded, {});
      if (correlationId !== undefined) outbound.properties.correlationId = correlationId;
      return outbound;
    });
  }
}
