import { ConfigurationError, type Logger } from '@baton/observability';
import { type Bus } from '../bus';
import { type Address, parseAddresses } from './address';
import { type DurableQueueType } from './declare';
import { RabbitBus } from './rabbit-bus';
import { readTls, type TlsFiles } from './tls';

export interface ConnectBusOptions {
  /** amqp(s)://user:password@host:port/vhost; several, separated by commas, are tried in turn. */
  readonly url: string;
  /** For amqps addresses. Read at each dial: renewed files count from the next connection on. */
  readonly tls?: TlsFiles;
  /** `any`: starts at one of the addresses by chance, so that many processes spread over a cluster. Default first. */
  readonly startWith?: 'first' | 'any';
  /** How the broker shows the connection: `registry-1`. */
  readonly name: string;
  /** CloudEvents source of all that is sent: `/agents/<id>`. */
  readonly source: string;
  readonly logger: Logger;
  /** A silent connection is given up after about twice this, that of mailboxes on a cluster sooner. Default 10. */
  readonly heartbeatSeconds?: number;
  /** Unconfirmed messages in flight. Default 500. */
  readonly confirmWindow?: number;
  /** Messages waiting for the window; then publish waits. Default 10,000. */
  readonly sendBuffer?: number;
  /** How long a durable mandatory message is tried again when a full queue refuses it; then `refused`. Default 5000. */
  readonly refusedAfterMs?: number;
  /** How long the first connection may take. Default 10,000. */
  readonly initialTimeoutMs?: number;
  /**
   * `expect`: the services declare exchanges and dead letters; whoever only uses them looks once whether they stand, which
   * is one question instead of a dozen. Default declare.
   */
  readonly topology?: 'declare' | 'expect';
  /** auto: quorum when several brokers are named, else classic. All processes of a mesh must agree. */
  readonly durableQueueType?: 'auto' | DurableQueueType;
}

/**
 * Connects and declares the topology. Throws BrokerUnavailableError when no broker answers in time,
 * TopologyConflictError when one has other queues under our names, ConfigurationError for a wrong URL or wrong files of
 * TLS. Later losses heal by themselves (B1).
 */
export async function connectBus(options: ConnectBusOptions): Promise<Bus> {
  const { url, name, source, logger, tls, initialTimeoutMs = 10_000 } = options;
  const heartbeatSeconds = options.heartbeatSeconds ?? 10;
  const addresses = parseAddresses(url, heartbeatSeconds, tls);
  if (addresses.length === 0) {
    throw new ConfigurationError(['MESSAGE_QUEUE_URL: must name at least one broker (amqp://host:5672)']);
  }
  if (tls) readTls(tls);
  const settings = { ...addressing(options, addresses), ...limits(options), heartbeatSeconds };
  const bus = new RabbitBus({ ...settings, name, source, logger });
  try {
    await bus.start(initialTimeoutMs);
  } catch (error) {
    await bus.close(0);
    throw error;
  }
  return bus;
}

function limits({ confirmWindow = 500, sendBuffer = 10_000, refusedAfterMs = 5_000 }: ConnectBusOptions) {
  return { confirmWindow, sendBuffer, refusedAfterMs };
}

/** What durable queues are: what was said, else quorum queues where several brokers are named. */
export function durableQueueTypeOf({
  url,
  durableQueueType = 'auto',
}: Pick<ConnectBusOptions, 'url' | 'durableQueueType'>): DurableQueueType {
  if (durableQueueType !== 'auto') return durableQueueType;
  return url.split(',').filter((one) => one.trim() !== '').length > 1 ? 'quorum' : 'classic';
}

function addressing(options: ConnectBusOptions, addresses: readonly Address[]) {
  const several = addresses.length > 1;
  return {
    addresses,
    expectsTopology: options.topology === 'expect',
    startWith: options.startWith === 'any' ? Math.floor(Math.random() * addresses.length) : 0,
    // With others to turn to, one that does not answer is soon left.
    dialTimeoutMs: several ? 2_000 : 5_000,
    durableQueueType: durableQueueTypeOf(options),
  };
}
