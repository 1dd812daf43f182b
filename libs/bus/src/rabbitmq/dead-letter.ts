import { type ConsumeMessage } from 'amqplib';
import { cloudEventBatchContentType, type CloudEvent } from '@baton/contracts';
import { wireLimits } from '../codec';
import { newMessageId } from '../message-id';
import { letterHeaders } from '../refusal';
import { exchanges } from '../topology';
import { type Outbound } from './outbound';
import { type Refusal } from './refusal-of';

const reasonLength = 2_000;
/** Of what the wire does not allow anyway so much is kept, for people to look at. */
const keptBytes = 64 * 1024;

/**
 * A message on its way to the dead letters: content and properties as they came, with the reason, the queue it was
 * refused from and the time in its headers. `events` replaces the content when only some of a batch were refused.
 */
export function toDeadLetter(
  message: ConsumeMessage,
  queue: string,
  refusal: Refusal,
  events?: readonly CloudEvent<unknown>[],
): Outbound {
  const given = message.properties as unknown as Record<string, unknown>;
  const { messageId, type, contentType, correlationId, timestamp } = given;
  const whole = events ? Buffer.from(JSON.stringify(events)) : message.content;
  const content = whole.length > wireLimits.messageBytes ? whole.subarray(0, keptBytes) : whole;
  return {
    exchange: exchanges.deadLetters.name,
    key: message.fields.routingKey,
    content,
    properties: {
      persistent: true,
      ...text('messageId', messageId),
      ...text('type', type),
      ...text('contentType', events ? cloudEventBatchContentType : contentType),
      ...text('correlationId', correlationId),
      ...(typeof timestamp === 'number' && { timestamp }),
      headers: {
        ...withoutRouting(given.headers as Record<string, unknown> | undefined),
        ...fateOf(message, queue, refusal),
        ...(content !== whole && { [letterHeaders.bytes]: whole.length }),
      },
    },
  };
}

function fateOf({ fields, properties }: ConsumeMessage, queue: string, { reason, code, deliveries }: Refusal): object {
  return {
    [letterHeaders.reason]: reason.slice(0, reasonLength),
    [letterHeaders.code]: code,
    [letterHeaders.origin]: queue,
    [letterHeaders.exchange]: fields.exchange,
    [letterHeaders.key]: fields.routingKey,
    [letterHeaders.at]: new Date().toISOString(),
    [letterHeaders.letter]: newMessageId(),
    ...text(letterHeaders.user, properties.userId),
    ...(deliveries !== undefined && { [letterHeaders.deliveries]: deliveries }),
  };
}

/** CC would send the copy to further queues; the others are the broker's own, or ours of an earlier death. */
function withoutRouting(headers: Record<string, unknown> | undefined): Record<string, unknown> {
  const kept = { ...headers };
  for (const name of ['CC', 'BCC', 'x-delivery-count', 'x-death', ...Object.values(letterHeaders)]) delete kept[name];
  return kept;
}

function text(name: string, value: unknown): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}
