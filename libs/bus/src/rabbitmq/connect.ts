import { ConfigurationError, type Logger } from '@baton/observability';
import { type Bus } from '../bus';
import { parseAddresses } from './address';
import { type DurableQueueType } from './declare';
import { RabbitBus } from './rabbit-bus';

export interface ConnectBusOptions {
  /** amqp(s)://user:password@host:port/vhost; several, separated by commas, are tried in turn. */
  readonly url: string;
  /** How the broker shows the connection: `registry-1`. */
  readonly name: string;
  /** CloudEvents source of all that is sent: `/agents/<id>`. */
  readonly source: string;
  readonly logger: Logger;
  /** A silent connection is given up after about twice this. Default 10. */
  readonly heartbeatSeconds?: number;
  /** Unconfirmed messages in flight. Default 500. */
  readonly confirmWindow?: number;
  /** Messages waiting for the window; then publish waits. Default 10,000. */
  readonly sendBuffer?: number;
  /** How long the first connection may take. Default 10,000. */
  readonly initialTimeoutMs?: number;
  /** auto: quorum when several brokers are named, else classic. All processes of a mesh must agree. */
  readonly durableQueueType?: 'auto' | DurableQueueType;
}

/**
 * Connects and declares the topology. Throws BrokerUnavailableError when no broker answers in time,
 * TopologyConflictError when one has other queues under our names. Later losses heal by themselves (B1).
 */
export async function connectBus(options: ConnectBusOptions): Promise<Bus> {
  const addresses = parseAddresses(options.url, options.heartbeatSeconds ?? 10);
  if (addresses.length === 0) {
    throw new ConfigurationError(['MESSAGE_QUEUE_URL: must name at least one broker (amqp://host:5672)']);
  }
  const wanted = options.durableQueueType ?? 'auto';
  const bus = new RabbitBus({
    addresses,
    name: options.name,
    source: options.source,
    logger: options.logger,
    confirmWindow: options.confirmWindow ?? 500,
    sendBuffer: options.sendBuffer ?? 10_000,
    dialTimeoutMs: 5_000,
    durableQueueType: wanted === 'auto' ? (addresses.length > 1 ? 'quorum' : 'classic') : wanted,
  });
  try {
    await bus.start(options.initialTimeoutMs ?? 10_000);
  } catch (error) {
    await bus.close(0);
    throw error;
  }
  return bus;
}
