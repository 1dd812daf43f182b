import { ConfigurationError } from '@baton/observability';

/** One broker to try. `url` holds the password and never leaves the adapter; `label` is for messages. */
export interface Address {
  readonly url: string;
  readonly label: string;
}

/** The brokers named by a comma separated list of AMQP URLs. Throws ConfigurationError, without any password. */
export function parseAddresses(list: string, heartbeatSeconds: number): readonly Address[] {
  const parts = list.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => parseAddress(part, heartbeatSeconds));
}

function parseAddress(text: string, heartbeatSeconds: number): Address {
  const url = URL.parse ? URL.parse(text) : tryUrl(text);
  if (!url || !['amqp:', 'amqps:'].includes(url.protocol) || url.hostname === '') {
    throw new ConfigurationError([
      'MESSAGE_QUEUE_URL: must be amqp://user:password@host:port/vhost, or several with commas',
    ]);
  }
  url.searchParams.set('heartbeat', String(heartbeatSeconds));
  const port = url.port === '' ? (url.protocol === 'amqps:' ? '5671' : '5672') : url.port;
  return { url: url.href, label: `${url.hostname}:${port}` };
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
