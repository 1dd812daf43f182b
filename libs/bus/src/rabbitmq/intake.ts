import { type ConsumeMessage } from 'amqplib';
import { type CloudEvent } from '@baton/contracts';
import { type Refusal } from './refusal-of';
import {
  type ConsumeOptions,
  type Delivery,
  type Outgoing,
  type RawDelivery,
  type RawProperties,
  type Replier,
} from '../bus';
import { decode } from '../codec';
import { validatorOf, type Validator } from '../validation';

/** What came in: what the handler may see, and what must not reach it, with the reason. */
export interface Sorted {
  readonly good: readonly CloudEvent<unknown>[];
  readonly bad: readonly CloudEvent<unknown>[];
  /** Set when something is bad, or the message could not be read at all. */
  readonly fault: Refusal | undefined;
}

/** Nothing is looked into. */
export function takeAll(): Sorted {
  return { good: [], bad: [], fault: undefined };
}

/** Sorts the events of messages by the kinds a consumer takes. */
export function createSorter(kinds: ConsumeOptions['kinds']): (message: ConsumeMessage) => Sorted {
  const validators = kinds && new Map(kinds.map((kind) => [kind.type, validatorOf(kind)] as const));
  return (message) => {
    const decoded = decode(message.content, message.properties.contentType);
    if ('fault' in decoded) return { good: [], bad: [], fault: { reason: decoded.fault, code: decoded.code } };
    if (!validators) return { good: decoded.events, bad: [], fault: undefined };
    return sort(decoded.events, validators);
  };
}

function sort(events: readonly CloudEvent<unknown>[], validators: ReadonlyMap<string, Validator>): Sorted {
  let fault: Refusal | undefined;
  let bad: CloudEvent<unknown>[] | undefined;
  for (const event of events) {
    const wrong = eventFault(event, validators);
    if (wrong === undefined) continue;
    fault ??= wrong;
    (bad ??= []).push(event);
  }
  if (!bad) return { good: events, bad: [], fault: undefined };
  const refused = new Set(bad);
  return { good: events.filter((event) => !refused.has(event)), bad, fault };
}

function eventFault(event: CloudEvent<unknown>, validators: ReadonlyMap<string, Validator>): Refusal | undefined {
  const validate = validators.get(event.type);
  if (!validate) return { reason: `nothing here takes messages of type ${event.type}`, code: 'unknown-type' };
  const [first] = validate(event.data);
  if (!first) return undefined;
  return {
    reason: `the data of ${event.type} ${event.id} does not fit: ${first.path} ${first.message}`,
    code: 'invalid',
  };
}

/** Who asked, and the ids of what: all it takes to answer. */
export interface Asker {
  readonly replyTo: string;
  readonly correlationId: string | undefined;
  readonly asked: readonly string[];
}
export type SendReply = (asker: Asker, reply: Outgoing | readonly Outgoing[]) => Promise<void>;

/** The delivery as its handler sees it. */
export function toDelivery(
  message: ConsumeMessage,
  events: readonly CloudEvent<unknown>[],
  redelivered: boolean,
  sendReply: SendReply,
): Delivery {
  // Made once: it is asked for several times on the way to a handler.
  let known: { readonly replier: Replier | undefined } | undefined;
  const replier = (): Replier | undefined =>
    (known ??= { replier: replierTo(askerOf(message, events), sendReply) }).replier;
  return {
    events,
    exchange: message.fields.exchange,
    key: message.fields.routingKey,
    headers: message.properties.headers ?? {},
    redelivered,
    bytes: message.content.length,
    ...userOf(message.properties.userId),
    ...expirationOf(message.properties.expiration),
    reply: async (reply) => replier()?.(reply),
    replier,
  };
}

/** The delivery of a message that may be anything. */
export function toRawDelivery(message: ConsumeMessage, redelivered: boolean): RawDelivery {
  const { exchange, routingKey: key } = message.fields;
  const headers = (message.properties.headers ?? {}) as Record<string, unknown>;
  const properties = rawProperties(message.properties as unknown as Record<string, unknown>);
  const { content } = message;
  const common = { ...userOf(properties.userId), ...expirationOf(message.properties.expiration) };
  return { content, properties, exchange, key, headers, redelivered, bytes: content.length, ...common };
}

const texts = ['messageId', 'type', 'contentType', 'correlationId', 'userId'] as const;

function rawProperties(given: Record<string, unknown>): RawProperties {
  const entries = texts.filter((name) => typeof given[name] === 'string').map((name) => [name, given[name]]);
  const { timestamp } = given;
  return { ...Object.fromEntries(entries), ...(typeof timestamp === 'number' && { timestamp }) } as RawProperties;
}

function userOf(user: unknown): { user?: string } {
  return typeof user === 'string' ? { user } : {};
}

function expirationOf(expiration: unknown): { expirationMs?: number } {
  return expiration === undefined ? {} : { expirationMs: Number(expiration) };
}

function askerOf(message: ConsumeMessage, events: readonly CloudEvent<unknown>[]): Asker | undefined {
  const { replyTo, correlationId } = message.properties as { replyTo?: string; correlationId?: string };
  if (!replyTo) return undefined;
  return { replyTo, correlationId, asked: events.map((event) => event.correlationid ?? event.id) };
}

/** Out here, so that the closure keeps the asker and not the message. */
function replierTo(asker: Asker | undefined, sendReply: SendReply): Replier | undefined {
  return asker && ((reply) => sendReply(asker, reply));
}
