import { gte, coerce } from 'semver';
import { ExplainedFailure } from './tls-failure';

/** Who answers at the other end. */
export interface BrokerInfo {
  /** `RabbitMQ` */
  readonly product: string;
  /** `3.10.8`; empty when it does not say. */
  readonly version: string;
}

/** Quorum queues count deliveries and dead-letter at the limit, and streams are settled, from here on. */
const oldest = '3.10.0';
/** What is built on. RabbitMQ has had all of it for years; other brokers may not. */
const needed = ['publisher_confirms', 'basic.nack', 'consumer_cancel_notify', 'direct_reply_to'] as const;

/**
 * Reads what a broker says about itself when it greets. Throws ExplainedFailure for one that is too old or lacks what
 * is built on; a broker of another make that has it all is taken.
 */
export function readBroker(properties: Readonly<Record<string, unknown>>): BrokerInfo {
  const text = (name: string): string => (typeof properties[name] === 'string' ? properties[name] : '');
  const info = { product: text('product') || 'an AMQP broker', version: text('version') };
  const version = coerce(info.version);
  if (info.product === 'RabbitMQ' && version && !gte(version, oldest)) {
    throw new ExplainedFailure(
      `it is RabbitMQ ${info.version}, and ${oldest} is the oldest that works`,
      'Update the broker.',
    );
  }
  const capabilities = (properties.capabilities ?? {}) as Readonly<Record<string, unknown>>;
  const missing = needed.filter((name) => capabilities[name] !== true);
  if (missing.length > 0) {
    throw new ExplainedFailure(
      `it is ${info.product} ${info.version} without ${missing.join(', ')}`,
      `Use RabbitMQ ${oldest} or later.`,
    );
  }
  return info;
}
