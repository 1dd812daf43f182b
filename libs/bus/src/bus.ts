import { type CloudEvent, type DataOf, type MessageKind } from '@baton/contracts';
import { type RefusalCode } from './refusal';

/**
 * The port to the broker. What it promises:
 * B1 Connection, exchanges, queues, bindings and consumers come back by themselves after any loss. A connection that is
 *    in use and carries nothing any more is left after about three seconds.
 * B2 A durable publish resolves after the broker's confirm; it is sent again after a reconnect until confirmed.
 *    What no queue takes in the first seconds after one is tried again: its queue may be on its way back.
 * B3 A mandatory message without a queue resolves to `unroutable`, at once; one that a full queue does not take to
 *    `refused`: at once a live one, after `refusedAfterMs` of further tries a durable one. A durable message whose
 *    sender did not ask (not mandatory) is tried until it is taken.
 * B4 A handler returns a verdict; the adapter acks. A rejected delivery goes to the dead letters with its reason.
 * B5 Memory is bounded: at most `confirmWindow` unconfirmed and `sendBuffer` waiting messages, then publish waits.
 * B6 What one bus publishes to one queue arrives in that order: durable and mandatory messages among themselves, the
 *    others among themselves; after a reconnect what is unconfirmed goes first again. What is durable waits behind what
 *    was refused on its way to the same place, unless half of the buffer does so. Not in order comes what a full queue took while others of the same
 *    window were refused, what no queue took while queues were on their way back, and what the broker had handed to a
 *    connection that went silent: it comes again when the broker notices, within two or three heartbeats. A queue that
 *    has one reader (newestFirst on a cluster) keeps its order also then, and its reader has a connection of its own
 *    whose heartbeat is 1 s. Requests that one bus has under way at once are in order while they are few (64) and none
 *    may wait longer than 5 s.
 * B7 A message whose reader dies of it again and again goes to the dead letters after five deliveries (ADR 20).
 */
export interface Bus {
  /** Whether the connection is up now. */
  readonly connected: boolean;
  /** Milliseconds since the present connection came up; 0 while it is down. */
  readonly connectedForMs: number;
  /** Who is at the other end; undefined while disconnected. */
  readonly broker: { readonly product: string; readonly version: string } | undefined;
  /** For queues that others consume. */
  readonly admin: QueueAdmin;
  publish(target: Target, message: Outgoing | readonly Outgoing[], options?: PublishOptions): Promise<PublishOutcome>;
  /** Sends bytes as they are, durable and mandatory: what came from elsewhere and is passed on. */
  forward(target: Target, message: RawMessage): Promise<PublishOutcome>;
  /** Declares the queue with its bindings and consumes it. Resolves once consuming. */
  consume(queue: QueueSpec, handler: DeliveryHandler, options?: ConsumeOptions): Promise<Subscription>;
  /**
   * Like consume, but deliveries that arrive while the handler is busy gather into its next call (natural batching);
   * one verdict for each. Acked in one go.
   */
  consumeBatches(queue: QueueSpec, handler: BatchHandler, options?: ConsumeOptions): Promise<Subscription>;
  /**
   * Like consumeBatches, of a queue that may hold anything: nothing is decoded, nothing refused on the way. What it says
   * of itself is as its sender wrote it, save `user`.
   */
  consumeRaw(queue: QueueSpec, handler: RawHandler, options?: Pick<ConsumeOptions, 'prefetch'>): Promise<Subscription>;
  /**
   * Request-response by direct reply-to. Throws `UnroutableError` at once when nobody has the queue, `RecipientFullError`
   * at once when it is full and this one may wait longer than 5 s or is one of many (64) under way, else
   * `RequestTimeoutError` after `timeoutMs` (default 5000), `RequestFailedError` when the responder answered a problem.
   */
  request<Reply>(target: Target, message: Outgoing, options?: RequestOptions): Promise<CloudEvent<Reply>>;
  /**
   * Scatter-gather: one publish, the answers of as many as answer within `withinMs`, or until `expect` have. A problem
   * is an answer too (`requestFailed`). Throws `UnroutableError` at once when nobody has the message,
   * `BrokerUnavailableError` when the connection is lost before anybody answered.
   */
  gather(target: Target, message: Outgoing, options: GatherOptions): Promise<readonly CloudEvent<unknown>[]>;
  on(event: 'connected' | 'disconnected', listener: () => void): () => void;
  /** Stops consuming, lets handlers end, waits for confirms (at most `withinMs`, default 5000), closes. */
  close(withinMs?: number): Promise<void>;
}

/** An exchange with a routing key; `cc` adds further keys to the same publish (multicast). */
export interface Target {
  readonly exchange: string;
  readonly key: string;
  readonly cc?: readonly string[];
}

/** A message to send. Exactly one of `data` and `dataJson` (JSON text that is passed on as it is) is given. */
export interface Outgoing {
  readonly kind: MessageKind<unknown>;
  readonly data?: unknown;
  readonly dataJson?: string;
  readonly id?: string;
  /** Default: the source of the bus. */
  readonly source?: string;
  readonly subject?: string;
  readonly correlationId?: string;
  readonly traceparent?: string;
}

export interface PublishOptions {
  /** Persistent, confirmed, sent again after a reconnect. Default false: sent once, confirmed by nobody, dropped while disconnected. */
  readonly durable?: boolean;
  /** Report `unroutable` when no queue takes it (implies waiting for the confirm). Default false. */
  readonly mandatory?: boolean;
  readonly expirationMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
/** A message as bytes, of whatever format. Its id must differ from those of others under way. */
export interface RawMessage {
  readonly content: Buffer;
  readonly messageId: string;
  readonly type?: string;
  readonly contentType?: string;
  readonly correlationId?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}
/** `refused`: a queue that should take it is full. `dropped`: not durable, and there was no connection. */
export type PublishOutcome = 'sent' | 'unroutable' | 'refused' | 'dropped';

/** One message as it came: one CloudEvent, or several that travelled together. */
export interface Delivery {
  readonly events: readonly CloudEvent<unknown>[];
  readonly exchange: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly redelivered: boolean;
  readonly bytes: number;
  /** How long it was worth something when it was sent; absent when it is for ever. */
  readonly expirationMs?: number;
  /** The AMQP user who sent it, as the broker has checked; absent when the sender did not say. */
  readonly user?: string;
  /** Answers a request. Does nothing when nobody asked. */
  reply(message: Outgoing | readonly Outgoing[]): Promise<void>;
  /** For an answer that takes long: sends it without holding the request until then. Undefined when nobody asked. */
  replier(): Replier | undefined;
}
/** A message of whatever format as it came. */
export interface RawDelivery extends Omit<Delivery, 'events' | 'reply' | 'replier'> {
  readonly content: Buffer;
  readonly properties: RawProperties;
}
/** AMQP properties that are text, or a time in seconds since 1970; absent when the sender gave none. */
export interface RawProperties {
  readonly messageId?: string;
  readonly type?: string;
  readonly contentType?: string;
  readonly correlationId?: string;
  readonly timestamp?: number;
  readonly userId?: string;
}
export type RawHandler = (deliveries: readonly RawDelivery[]) => Promise<readonly Verdict[]>;
export type Replier = (message: Outgoing | readonly Outgoing[]) => Promise<void>;
/** `reject`: the reason. Its code is `refused` when none is given. */
export type Verdict = 'done' | 'retry' | { readonly reject: string; readonly code?: RefusalCode };
export type DeliveryHandler = (delivery: Delivery) => Promise<Verdict> | Verdict;
export type BatchHandler = (deliveries: readonly Delivery[]) => Promise<readonly Verdict[]>;

export interface Binding {
  readonly exchange: string;
  readonly key: string;
}

/** A queue and what feeds it. */
export interface QueueSpec {
  readonly name: string;
  /** durable: survives the broker. exclusive: this connection's own, gone with it. */
  readonly life: 'durable' | 'exclusive';
  readonly bindings: readonly Binding[];
  /** At most so many messages, so many bytes of content; beyond that `overflow` decides. */
  readonly maxLength?: number;
  readonly maxBytes?: number;
  /** Default `drop-oldest`. `refuse`: the sender hears it (`refused`). */
  readonly overflow?: 'drop-oldest' | 'refuse';
  /**
   * Of several consumers the one that came last gets all it has room for: one whose connection has gone silent, which
   * the broker notices late, does not stand in the way of its successor. A quorum queue has one active consumer instead, by a connection of
   * its own that the broker gives up after two or three seconds of silence.
   */
  readonly newestFirst?: boolean;
  /** Rejected and expired messages go to the dead letters. Default true for durable queues. */
  readonly deadLetters?: boolean;
}
export interface ConsumeOptions {
  /** Unacked deliveries in flight; default 100. */
  readonly prefetch?: number;
  /** Among consumers of one queue, who has the highest and has room gets the next message. Default 0. */
  readonly priority?: number;
  /** Consumed without ack: taken is done. Default false. */
  readonly noAck?: boolean;
  /** Kinds it takes; anything else, or data that does not fit its kind's schema, goes to the dead letters. */
  readonly kinds?: readonly MessageKind<unknown>[];
  /** Gets messages that break the rules of the wire (`events` is empty). True: answered, done. Default: to the dead letters. */
  readonly unreadable?: (delivery: Delivery, fault: string) => boolean;
  /** Told when what was delivered and not acked is no longer ours: of a durable queue it comes again. */
  readonly lost?: () => void;
}
export interface RequestOptions {
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface GatherOptions {
  readonly withinMs: number;
  /** How long recipients may take it, default `withinMs`: then nobody waits any more. Infinity: as long as it lasts. */
  readonly expirationMs?: number;
  readonly expect?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Subscription {
  /**
   * Adds a binding to its queue, now and after every reconnect. Idempotent. Resolves once it stands: while disconnected
   * with the next connection, or when the subscription stops. Throws `UnroutableError` when there is no such exchange.
   */
  bind(binding: Binding): Promise<void>;
  unbind(binding: Binding): Promise<void>;
  /** Takes nothing new; resolves when running handlers have ended. */
  stop(): Promise<void>;
}

/**
 * Durable queues that nobody here consumes: made, bound and removed for others. Each call is done when it resolves, and
 * may be repeated. All throw BrokerUnavailableError when there is no connection, or no answer within a few seconds.
 */
export interface QueueAdmin {
  /** Makes the queues, and adds those of their bindings that are missing. Throws TopologyConflictError. */
  declare(queues: QueueSpec | readonly QueueSpec[]): Promise<void>;
  /** The binding is gone, or was never there. */
  unbind(queue: string, binding: Binding): Promise<void>;
  /** False: `ifEmpty` was asked for and messages wait in it; it stays. */
  remove(queue: QueueSpec, options?: { readonly ifEmpty?: boolean }): Promise<boolean>;
  /** What stands in each of these queues, in the same order; undefined: there is no such queue. */
  inspect(queues: readonly string[]): Promise<readonly (QueueState | undefined)[]>;
}

export interface QueueState {
  /** That wait: those a consumer holds unacked are not counted. */
  readonly messages: number;
  readonly consumers: number;
}

/** An outgoing message with its data checked by the compiler against its kind. */
export function outgoing<Kind extends MessageKind<unknown>>(
  kind: Kind,
  data: DataOf<Kind>,
  more: Omit<Outgoing, 'kind' | 'data' | 'dataJson'> = {},
): Outgoing {
  return { kind, data, ...more };
}
