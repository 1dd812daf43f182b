import { type Options } from 'amqplib';
import { type PublishOptions, type RawMessage, type Target } from '../bus';
import { type Encoded } from '../codec';

/** A message ready for the socket. */
export interface Outbound {
  readonly exchange: string;
  readonly key: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
}

/** Says who sends it, which the broker checks. It may go out on several connections, one after another. */
export function sign(properties: Options.Publish, user: string | undefined): void {
  if (user !== undefined) properties.userId = user;
  else if (properties.userId !== undefined) delete properties.userId;
}

/** The AMQP form of an encoded message. `cc` keys share the one publish. */
export function toOutbound(target: Target, encoded: Encoded, options: PublishOptions): Outbound {
  const properties: Options.Publish = {
    messageId: encoded.id,
    type: encoded.type,
    contentType: encoded.contentType,
    timestamp: encoded.timestamp,
    persistent: options.durable ?? false,
  };
  if (encoded.correlationId !== undefined) properties.correlationId = encoded.correlationId;
  if (options.mandatory) properties.mandatory = true;
  if (options.expirationMs !== undefined) properties.expiration = Math.max(0, Math.round(options.expirationMs));
  if (options.headers) properties.headers = { ...options.headers };
  if (target.cc && target.cc.length > 0) properties.CC = [...target.cc];
  return { exchange: target.exchange, key: target.key, content: encoded.content, properties };
}

/** Bytes that are passed on, persistent and mandatory. */
export function asItIs({ exchange, key }: Target, message: RawMessage): Outbound {
  const { content, headers, ...properties } = message;
  const given = { ...properties, ...(headers && { headers: { ...headers } }) };
  return { exchange, key, content, properties: { ...given, persistent: true, mandatory: true } };
}
