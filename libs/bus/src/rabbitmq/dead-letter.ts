import { type ConsumeMessage } from 'amqplib';
import { cloudEventBatchContentType, type CloudEvent } from '@baton/contracts';
import { exchanges } from '../topology';
import { type Outbound } from './outbound';

const reasonLength = 2_000;

/**
 * A message on its way to the dead letters: content and properties as they came, with the reason, the queue it was
 * refused from and the time in its headers. `events` replaces the content when only some of a batch were refused.
 */
export function toDeadLetter(
  message: ConsumeMessage,
  queue: string,
  reason: string,
  events?: readonly CloudEvent<unknown>[],
): Outbound {
  const { messageId, type, contentType, correlationId, timestamp, headers } = message.properties as unknown as Record<
    string,
    unknown
  >;
  const content = events ? Buffer.from(JSON.stringify(events)) : message.content;
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
        ...withoutRouting(headers as Record<string, unknown> | undefined),
        'baton-reason': reason.slice(0, reasonLength),
        'baton-origin': queue,
        'baton-exchange': message.fields.exchange,
        'baton-key': message.fields.routingKey,
        'baton-at': new Date().toISOString(),
      },
    },
  };
}

/** CC would send the copy to further queues; the others are the broker's own. */
function withoutRouting(headers: Record<string, unknown> | undefined): Record<string, unknown> {
  const kept = { ...headers };
  for (const name of ['CC', 'BCC', 'x-delivery-count', 'x-death']) delete kept[name];
  return kept;
}

function text(name: string, value: unknown): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}
