import { createHash } from 'node:crypto';
import { type RawDelivery } from './bus';
import { decode } from './codec';
import { letterHeaders, type RefusalCode, refusalCodes } from './refusal';

/** A dead letter as it is understood; what its sender did not say is absent. */
export interface DeadLetter {
  /** The same however often this letter is read. A UUID. */
  readonly id: string;
  readonly messageId?: string;
  readonly type?: string;
  /** CloudEvents source: what it says itself. */
  readonly source?: string;
  readonly correlationId?: string;
  readonly reason: string;
  readonly reasonCode: RefusalCode;
  /** The queue that it was in; absent when it was sent to the dead letters itself. */
  readonly originQueue?: string;
  /** Where it was sent. */
  readonly exchange: string;
  readonly key: string;
  /** When it died; absent when nobody noted it. */
  readonly at?: Date;
  /** The AMQP user who sent it, as the broker has checked. */
  readonly user?: string;
  /** Those it had when it was sent. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly contentType?: string;
  readonly content: Buffer;
  /** Not all of its content was kept: it had so many bytes. */
  readonly truncatedFrom?: number;
  /** How often it was delivered before; absent when nobody counted. */
  readonly deliveries?: number;
}

/** What is known of its end. */
type Fate = Pick<DeadLetter, 'reason' | 'reasonCode' | 'exchange' | 'key'> &
  Partial<Pick<DeadLetter, 'originQueue' | 'at' | 'user' | 'deliveries' | 'truncatedFrom'>>;

/** What the reader of the dead letters needs to know of any message there, also one that Baton never made. Never throws. */
export function readDeadLetter(message: RawDelivery): DeadLetter {
  const { messageId, contentType, correlationId } = message.properties;
  const fate = fateByBroker(message) ?? fateByBaton(message) ?? fateUnknown(message);
  const event = eventIn(message);
  const type = message.properties.type ?? event?.type;
  return {
    id: idOf(message, fate),
    ...given({ messageId: messageId ?? event?.id, type, source: event?.source, correlationId, contentType }),
    ...fate,
    headers: withoutBookkeeping(message.headers),
    content: message.content,
  };
}

interface Death {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly exchange?: unknown;
  readonly 'routing-keys'?: unknown;
  readonly time?: unknown;
}

/** RabbitMQ notes why it moved a message; ours carry no such note, so that it counts when there is one. */
function fateByBroker({ headers, properties, key }: RawDelivery): Fate | undefined {
  const deaths = headers['x-death'];
  const death = (Array.isArray(deaths) ? deaths[0] : undefined) as Death | null | undefined;
  if (typeof death !== 'object' || death === null || typeof death.reason !== 'string') return undefined;
  const [reasonCode, reason] = brokerReasons[death.reason] ?? ['unknown', `the broker says: ${death.reason}`];
  const count = headers['x-delivery-count'];
  return {
    reason,
    reasonCode,
    exchange: typeof death.exchange === 'string' ? death.exchange : '',
    key,
    ...given({ originQueue: textIn(death.queue), at: timeIn(death.time), user: properties.userId }),
    ...(reasonCode === 'poison' && typeof count === 'number' && { deliveries: count + 1 }),
  };
}

const brokerReasons: Readonly<Record<string, readonly [RefusalCode, string] | undefined>> = {
  rejected: ['refused', 'its recipient rejected it and gave no reason'],
  expired: ['expired', 'it waited longer than it was worth something'],
  maxlen: ['overflow', 'its queue was full'],
  delivery_limit: ['poison', 'it was delivered again and again, and each time its recipient was gone before the end'],
};

function fateByBaton({ headers, exchange, key, properties }: RawDelivery): Fate | undefined {
  const reason = textIn(headers[letterHeaders.reason]);
  const originQueue = textIn(headers[letterHeaders.origin]);
  if (reason === undefined || originQueue === undefined) return undefined;
  const code = headers[letterHeaders.code];
  return {
    reason,
    reasonCode: refusalCodes.find((known) => known === code) ?? 'unknown',
    exchange: textIn(headers[letterHeaders.exchange]) ?? exchange,
    key: textIn(headers[letterHeaders.key]) ?? key,
    originQueue,
    ...given({
      at: timeIn(headers[letterHeaders.at]) ?? timeIn(properties.timestamp),
      user: textIn(headers[letterHeaders.user]),
      deliveries: numberIn(headers[letterHeaders.deliveries]),
      truncatedFrom: numberIn(headers[letterHeaders.bytes]),
    }),
  };
}

/** Somebody sent it to the dead letters itself. */
function fateUnknown({ exchange, key, properties }: RawDelivery): Fate {
  const reason = 'it was sent to the dead letters directly, without a reason';
  return {
    reason,
    reasonCode: 'unknown',
    exchange,
    key,
    ...given({ at: timeIn(properties.timestamp), user: properties.userId }),
  };
}

/** The first of its events, where it holds any that can be read. */
function eventIn({ content, properties }: RawDelivery): { id: string; source: string; type: string } | undefined {
  const decoded = decode(content, properties.contentType);
  return 'events' in decoded ? decoded.events[0] : undefined;
}

function idOf(message: RawDelivery, { originQueue, reason, at }: Fate): string {
  const hash = createHash('sha256');
  const known = textIn(message.headers[letterHeaders.letter]);
  const parts = [known, message.properties.messageId, originQueue, reason, at?.toISOString()];
  hash.update(JSON.stringify(parts));
  if (known === undefined) hash.update(message.content);
  const hex = hash.digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

const bookkeeping = new Set<string>([...Object.values(letterHeaders), 'x-death', 'x-delivery-count', 'CC', 'BCC']);

function withoutBookkeeping(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = Object.entries(headers).filter(
    ([name]) => !bookkeeping.has(name) && !/^x-(first|last)-death-|^x-acquired-count$/.test(name),
  );
  return Object.fromEntries(own);
}

/** A time as ISO text, as seconds since 1970, or as AMQP has it in a table. */
function timeIn(value: unknown): Date | undefined {
  const tagged = value as { value?: unknown } | null | undefined;
  const plain = typeof tagged === 'object' ? tagged?.value : value;
  if (typeof plain !== 'string' && typeof plain !== 'number') return undefined;
  const date = new Date(typeof plain === 'number' ? plain * 1000 : plain);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Without the members that are undefined. */
function given<Values extends object>(values: Values): { [Name in keyof Values]?: NonNullable<Values[Name]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Values]?: NonNullable<Values[Name]> };
}
