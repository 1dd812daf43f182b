import { type Address, type CloudEvent, type DataOf, type Membership, type MessageKind } from '@baton/contracts';
import { type GatherOptions, type Outgoing, type RequestOptions } from '../bus';
import { type ChannelDesk } from './channel-desk';
import { type MessageFilter } from './filter/message-filter';

/** The five ways in which a message travels. */
export const patterns = ['direct', 'broadcast', 'multicast', 'publish-subscribe', 'request-response'] as const;
export type Pattern = (typeof patterns)[number];

/**
 * One party's messages to and from others: the five patterns, without tasks. What each guarantees is in
 * docs/reference/messaging.md. Messages of one sender to one recipient are handled in the order of their sending, each
 * once within the window of de-duplication.
 */
export interface Messenger extends Sender {
  /** Under which others reach this party: its names, the first being the one memberships belong to. */
  readonly addresses: readonly Address[];
  /** The registry's channels: create, list, delete, who is a member. */
  readonly channels: ChannelDesk;
  /**
   * Handles direct messages, also those of the mailbox once it is open, and what is said in channels that somebody else
   * made this party a member of. Called again it adds handlers; every handler of a kind gets the message.
   */
  receive(handlers: readonly MessageHandler[]): Promise<Listening>;
  /**
   * From now on durable messages to the first address wait while this party is away. Idempotent, persisted. Messages
   * that wait come at once: register their handlers first (those registered within five seconds still get them).
   */
  openMailbox(): Promise<void>;
  /** Handles what is said in a channel; resolves when everything said from now on will be heard. Persisted. */
  join(channel: string, handlers: readonly MessageHandler[], options?: JoinOptions): Promise<ChannelMembership>;
  /** Handles events by key: `*` is one word, `#` any number. */
  subscribe(
    patterns: readonly string[],
    handlers: readonly MessageHandler[],
    options?: SubscribeOptions,
  ): Promise<Listening>;
  /**
   * Takes nothing new and resolves when the handlers have ended. What still waits here after `withinMs` (default 5000)
   * goes back to the mailbox, live messages to the dead letters. Memberships and the mailbox stay, and the bus stays
   * open: it is its owner's.
   */
  close(withinMs?: number): Promise<void>;
}

/** Sending needs no queue of one's own. Throws BrokerUnavailableError and MessageInvalidError besides those named. */
export interface Sender {
  /** Direct. Throws UnroutableError when nobody has this address, RecipientFullError when its queue is full. */
  send(to: Address, message: Outgoing, options?: SendOptions): Promise<void>;
  /** One publish for all. Throws UnroutableError when none of them is there; who else missed it, `gather` tells. */
  multicast(to: readonly Address[], message: Outgoing, options?: SendOptions): Promise<void>;
  /**
   * To all members of a channel, in one publish. RecipientFullError: a member's queue is full, the others have it; sent
   * again with the same id they take it once.
   */
  broadcast(channel: string, message: Outgoing, options?: SendOptions): Promise<Heard>;
  /** An event for whoever subscribes to its key: words joined by dots. */
  publish(key: string, message: Outgoing, options?: SendOptions): Promise<Heard>;
  /** Throws UnroutableError at once when nobody has the address, RequestTimeoutError, RequestFailedError. */
  request<Reply>(to: Address, message: Outgoing, options?: RequestOptions): Promise<CloudEvent<Reply>>;
  /** One request to several; the answers that come in time. `expect`: of addresses all, of a channel as many as come. */
  gather(
    to: readonly Address[] | { readonly channel: string },
    message: Outgoing,
    options: GatherOptions,
  ): Promise<readonly CloudEvent<unknown>[]>;
}

/** Whether anybody was there to take it. */
export type Heard = 'heard' | 'unheard';

export interface SendOptions {
  /**
   * false (default): for whoever is there now; confirmed once, an error while the broker is away.
   * true: persistent, confirmed, sent again after a reconnect; direct messages go to the mailbox.
   */
  readonly durable?: boolean;
  /** Past this it is of no use: it goes to the dead letters instead of its recipient. */
  readonly expirationMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was registered; it ends by itself when the messenger closes. */
export interface Listening {
  /** These handlers get nothing new; resolves when those that run have ended. */
  stop(): Promise<void>;
}

export interface JoinOptions {
  /** What is said while this party is away waits in its mailbox, which is opened for it. */
  readonly durable?: boolean;
  /** Make the channel when there is none; else CHANNEL_NOT_FOUND. */
  readonly create?: boolean;
  /** For these handlers, before those of their own. */
  readonly filter?: MessageFilter;
}
export interface SubscribeOptions {
  /**
   * A name: events wait while nobody is there, and all who subscribe under it share them. It keeps the patterns it was
   * ever given.
   */
  readonly durable?: string;
  /** Handled at once over all senders; messages of one sender always go one after another. Default 16. */
  readonly concurrency?: number;
  readonly filter?: MessageFilter;
}
export interface ChannelMembership extends Membership {
  /** The membership ends, here and in the registry. */
  leave(): Promise<void>;
}

/** A message as its handler gets it. */
export interface Received<Data> {
  readonly data: Data;
  readonly event: CloudEvent<Data>;
  readonly pattern: Pattern;
  readonly channel?: string;
  /** Routing key of an event. */
  readonly key?: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly redelivered: boolean;
  /** The AMQP user who sent it, as the broker has checked; absent when the sender did not say. */
  readonly user?: string;
}

/** What one party does with one kind of message. An answer goes to whoever asked. */
export interface MessageHandler {
  readonly kind: MessageKind<unknown>;
  readonly filter?: MessageFilter;
  handle(message: Received<never>): Promise<Outgoing | void> | Outgoing | void;
}

/** A handler that gets the data of its kind. It may return an answer. */
export function onMessage<Kind extends MessageKind<unknown>>(
  kind: Kind,
  handle: (message: Received<DataOf<Kind>>) => Promise<Outgoing | void> | Outgoing | void,
  filter?: MessageFilter,
): MessageHandler {
  return { kind, handle, ...(filter && { filter }) };
}
