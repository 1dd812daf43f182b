import { randomBytes } from 'node:crypto';
import { requiredUrl } from './required-url';

/** A corner of the real broker for one spec file. */
export interface TestBroker {
  url: string;
  /** False on a broker without management API: then `url` is shared, and queues need random names. */
  isPrivate: boolean;
  /** Drops the virtual host with everything in it. */
  close(): Promise<void>;
}

async function manage(management: URL, method: 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
  const credentials = Buffer.from(
    `${decodeURIComponent(management.username)}:${decodeURIComponent(management.password)}`,
  );
  const headers = { authorization: `Basic ${credentials.toString('base64')}`, 'content-type': 'application/json' };
  const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(`${management.protocol}//${management.host}/api/${path}`, request);
  if (!response.ok) throw new Error(`RabbitMQ management: ${method} ${path} answered ${response.status}`);
}

/** A private virtual host where the broker's management API is at hand (BATON_TEST_MANAGEMENT_URL), else the broker itself. */
export async function testBroker(): Promise<TestBroker> {
  const url = requiredUrl('MESSAGE_QUEUE_URL');
  const address = process.env.BATON_TEST_MANAGEMENT_URL;
  if (!address) return { url, isPrivate: false, close: () => Promise.resolve() };
  const management = new URL(address);
  const host = `test-${randomBytes(6).toString('hex')}`;
  const user = decodeURIComponent(new URL(url).username);
  await manage(management, 'PUT', `vhosts/${host}`, {});
  await manage(management, 'PUT', `permissions/${host}/${user}`, { configure: '.*', write: '.*', read: '.*' });
  const own = new URL(url);
  own.pathname = `/${host}`;
  return { url: own.href, isPrivate: true, close: () => manage(management, 'DELETE', `vhosts/${host}`) };
}
