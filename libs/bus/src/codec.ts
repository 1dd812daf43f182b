import { isUtf8 } from 'node:buffer';
import { cloudEventBatchContentType, cloudEventContentType, type CloudEvent } from '@baton/contracts';
import { type Outgoing } from './bus';
import { MessageInvalidError } from './errors';
import { findJsonFlaw } from './json-scan';
import { newMessageId } from './message-id';

/** Limits of the wire. Larger things are kept once elsewhere and referred to. */
export const wireLimits = {
  messageBytes: 8 * 1024 * 1024,
  eventDataBytes: 1024 * 1024 + 64 * 1024,
  eventsPerMessage: 10_000,
  depth: 100,
} as const;

/** A message as the broker carries it. `id` and `type` are those of its only event, or of the batch. */
export interface Encoded {
  readonly content: Buffer;
  readonly contentType: string;
  readonly id: string;
  readonly type: string;
  readonly correlationId: string | undefined;
  /** Seconds since 1970, as AMQP counts. */
  readonly timestamp: number;
}

/** Outgoing messages as CloudEvents: one in structured mode, several in batch mode. Throws MessageInvalidError. */
export function encode(source: string, message: Outgoing | readonly Outgoing[], now: Date): Encoded {
  const time = `,"specversion":"1.0","time":"${now.toISOString()}"`;
  const tail = `","source":${JSON.stringify(source)}${time}`;
  const timestamp = Math.floor(now.getTime() / 1000);
  if (!isBatch(message)) {
    const id = message.id ?? newMessageId();
    const content = toContent(encodeEvent(message, id, tailOf(message, tail, time)));
    const { correlationId } = message;
    return { content, contentType: cloudEventContentType, id, type: message.kind.type, correlationId, timestamp };
  }
  const [first] = message;
  if (!first || message.length > wireLimits.eventsPerMessage) {
    throw new MessageInvalidError(
      `A batch holds 1 to ${wireLimits.eventsPerMessage} messages, this one ${message.length}. Split it.`,
    );
  }
  const events = message.map((one) => encodeEvent(one, one.id ?? newMessageId(), tailOf(one, tail, time)));
  const content = toContent(`[${events.join(',')}]`);
  const contentType = cloudEventBatchContentType;
  return {
    content,
    contentType,
    id: newMessageId(),
    type: first.kind.type,
    correlationId: first.correlationId,
    timestamp,
  };
}

function isBatch(message: Outgoing | readonly Outgoing[]): message is readonly Outgoing[] {
  return Array.isArray(message);
}

/** What is the same for most events of a message is built once. */
function tailOf({ source }: Outgoing, usual: string, time: string): string {
  return source === undefined ? usual : `","source":${JSON.stringify(source)}${time}`;
}

function encodeEvent(message: Outgoing, id: string, tail: string): string {
  const data = message.dataJson ?? JSON.stringify(message.data);
  if (data === undefined) {
    throw new MessageInvalidError(`A ${message.kind.type} message has no data. Give data or dataJson.`);
  }
  // A UTF-16 unit takes at most 3 bytes: most messages need no count.
  if (data.length * 3 > wireLimits.eventDataBytes && Buffer.byteLength(data) > wireLimits.eventDataBytes) {
    throw new MessageInvalidError(
      `The data of ${message.kind.type} ${id} is larger than ${wireLimits.eventDataBytes} bytes. Keep it elsewhere and send a reference.`,
    );
  }
  let head = `{"id":${JSON.stringify(id)},"type":"${message.kind.type}${tail}`;
  if (message.subject !== undefined) head += `,"subject":${JSON.stringify(message.subject)}`;
  if (message.correlationId !== undefined) head += `,"correlationid":${JSON.stringify(message.correlationId)}`;
  if (message.traceparent !== undefined) head += `,"traceparent":${JSON.stringify(message.traceparent)}`;
  return `${head},"data":${data}}`;
}

function toContent(json: string): Buffer {
  const content = Buffer.from(json);
  if (content.length <= wireLimits.messageBytes) return content;
  throw new MessageInvalidError(
    `The message is ${content.length} bytes; at most ${wireLimits.messageBytes} travel at once. Send fewer together.`,
  );
}

export type Decoded = { readonly events: readonly CloudEvent<unknown>[] } | Fault;
interface Fault {
  readonly fault: string;
  readonly code: 'unreadable' | 'too-large';
}

function unreadable(fault: string): Fault {
  return { fault, code: 'unreadable' };
}

function tooLarge(fault: string): Fault {
  return { fault, code: 'too-large' };
}

/** The events of a message that came in, or the rule it breaks. Never throws. */
export function decode(content: Buffer, contentType: unknown): Decoded {
  const plain = plainContentType(contentType);
  const batch = plain === cloudEventBatchContentType;
  if (!batch && plain !== cloudEventContentType) {
    return unreadable(`the content type must be ${cloudEventContentType} or ${cloudEventBatchContentType}`);
  }
  const value = parse(content);
  if ('fault' in value) return value;
  if (batch && !Array.isArray(value.json)) return unreadable('a batch must be a JSON array');
  return check(batch ? (value.json as unknown[]) : [value.json], content.length > wireLimits.eventDataBytes);
}

/** `measure`: the message is large enough for one event to be too large. */
function check(events: unknown[], measure: boolean): Decoded {
  if (events.length === 0 || events.length > wireLimits.eventsPerMessage) {
    return unreadable(`a batch holds 1 to ${wireLimits.eventsPerMessage} events`);
  }
  for (const event of events) {
    const fault = envelopeFault(event);
    if (fault) return unreadable(fault);
    const excess = measure ? sizeFault(event as CloudEvent<unknown>) : undefined;
    if (excess) return tooLarge(excess);
  }
  return { events: events as CloudEvent<unknown>[] };
}

/** Without its parameters. */
function plainContentType(given: unknown): unknown {
  if (given === cloudEventContentType || given === cloudEventBatchContentType) return given;
  return typeof given === 'string' ? given.split(';', 1)[0]?.trim().toLowerCase() : undefined;
}

function parse(content: Buffer): { json: unknown } | Fault {
  if (content.length > wireLimits.messageBytes) return tooLarge(`larger than ${wireLimits.messageBytes} bytes`);
  if (!isUtf8(content)) return unreadable('not UTF-8');
  const flaw = findJsonFlaw(content, wireLimits.depth);
  if (flaw === 'nul') return unreadable('contains a NUL character');
  if (flaw === 'depth') return unreadable(`nested deeper than ${wireLimits.depth}`);
  try {
    return { json: JSON.parse(content.toString()) as unknown };
  } catch (error) {
    return unreadable(`not JSON: ${(error as Error).message}`);
  }
}

const required = ['id', 'source', 'type'] as const;
const optional = ['time', 'subject', 'correlationid', 'traceparent'] as const;

function envelopeFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an event must be a JSON object';
  return attributeFault(value as Record<string, unknown>);
}

function attributeFault(event: Record<string, unknown>): string | undefined {
  if (event.specversion !== '1.0') return 'specversion must be "1.0"';
  for (const name of required) {
    if (typeof event[name] !== 'string' || event[name] === '') return `${name} must be a non-empty string`;
  }
  for (const name of optional) {
    if (event[name] !== undefined && typeof event[name] !== 'string') return `${name} must be a string`;
  }
  return 'data_base64' in event ? 'binary data (data_base64) is not taken; send JSON in data' : undefined;
}

function sizeFault(event: CloudEvent<unknown>): string | undefined {
  const data = JSON.stringify(event.data) ?? '';
  if (Buffer.byteLength(data) <= wireLimits.eventDataBytes) return undefined;
  return `the data of event ${event.id} is larger than ${wireLimits.eventDataBytes} bytes`;
}
