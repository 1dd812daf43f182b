import { ConfigurationError } from '@baton/observability';
import { type TlsFiles } from './tls';

/** One broker to try. `url` holds the password and never leaves the adapter; `label` is for messages. */
export interface Address {
  readonly url: string;
  readonly label: string;
  /** Of an amqps address: whom we trust and who we are; read at each dial, so that renewed files count. */
  readonly tls?: TlsFiles;
  /** The client certificate says who we are (SASL EXTERNAL): `?auth_mechanism=external`. */
  readonly external: boolean;
}

/** The brokers named by a comma separated list of AMQP URLs. Throws ConfigurationError, without any password. */
export function parseAddresses(list: string, heartbeatSeconds: number, tls: TlsFiles = {}): readonly Address[] {
  const parts = list.split(',').map((part) => part.trim());
  const addresses = parts.filter((part) => part !== '').map((part) => parseAddress(part, heartbeatSeconds, tls));
  const faults = [...addressFaults(addresses), ...plaintextFaults(addresses, tls)];
  if (faults.length > 0) throw new ConfigurationError(faults);
  return addresses;
}

function parseAddress(text: string, heartbeatSeconds: number, tls: TlsFiles): Address {
  const url = URL.parse ? URL.parse(text) : tryUrl(text);
  if (!url || !['amqp:', 'amqps:'].includes(url.protocol) || url.hostname === '') {
    throw new ConfigurationError([
      'MESSAGE_QUEUE_URL: must be amqp://user:password@host:port/vhost, or several with commas',
    ]);
  }
  const isTls = url.protocol === 'amqps:';
  const external = url.searchParams.get('auth_mechanism')?.toLowerCase() === 'external';
  url.searchParams.set('heartbeat', String(heartbeatSeconds));
  const port = url.port === '' ? (isTls ? '5671' : '5672') : url.port;
  return { url: url.href, label: `${url.hostname}:${port}`, external, ...(isTls && { tls }) };
}

/** The same broker, from which a sign of life is asked for so often. */
export function withHeartbeat(address: Address, seconds: number): Address {
  const url = new URL(address.url);
  url.searchParams.set('heartbeat', String(seconds));
  return { ...address, url: url.href };
}

/** Who has set up TLS must not find out later that one address goes without. */
function plaintextFaults(addresses: readonly Address[], tls: TlsFiles): string[] {
  const wanted = Object.values(tls).some((value) => value !== undefined);
  const plain = addresses.filter((address) => !address.tls).map(({ label }) => label);
  if (!wanted || plain.length === 0) return [];
  return [
    `MESSAGE_QUEUE_URL: ${plain.join(', ')} is amqp://, which is not encrypted, although MESSAGE_QUEUE_CA or its ` +
      'like are set; write amqps:// or unset them',
  ];
}

function addressFaults(addresses: readonly Address[]): string[] {
  const certless = addresses.filter(({ external, tls }) => external && tls?.cert === undefined);
  return certless.map(
    ({ label }) =>
      `MESSAGE_QUEUE_URL: ${label} says auth_mechanism=external, which needs amqps:// and a client certificate ` +
      '(MESSAGE_QUEUE_CERT and MESSAGE_QUEUE_KEY)',
  );
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
