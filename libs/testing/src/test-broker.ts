import { randomBytes } from 'node:crypto';
import { requiredUrl } from './required-url';

/** Regular expressions over the names of queues and exchanges, as the broker takes them. */
export interface BrokerPermissions {
  configure: string;
  write: string;
  read: string;
}

/** A corner of the real broker for one spec file. */
export interface TestBroker {
  url: string;
  /** False on a broker without management API: then `url` is shared, and queues need random names. */
  isPrivate: boolean;
  /** Whom `url` connects as. */
  user: string;
  /** The URL of a further user who may do only this in the virtual host; gone with `close`. Needs a private one. */
  addUser: (name: string, may: BrokerPermissions) => Promise<string>;
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
  const user = decodeURIComponent(new URL(url).username);
  if (!address) return { url, user, isPrivate: false, addUser: unmanaged, close: () => Promise.resolve() };
  const management = new URL(address);
  const host = `test-${randomBytes(6).toString('hex')}`;
  await manage(management, 'PUT', `vhosts/${host}`, {});
  await manage(management, 'PUT', `permissions/${host}/${user}`, { configure: '.*', write: '.*', read: '.*' });
  const own = new URL(url);
  own.pathname = `/${host}`;
  const added: string[] = [];
  return {
    url: own.href,
    user,
    isPrivate: true,
    addUser: async (name, may) => {
      const password = randomBytes(12).toString('hex');
      const full = `${name}-${added.length}-${host}`;
      await manage(management, 'PUT', `users/${full}`, { password, tags: '' });
      added.push(full);
      await manage(management, 'PUT', `permissions/${host}/${full}`, may);
      return Object.assign(new URL(own), { username: full, password }).href;
    },
    close: async () => {
      await manage(management, 'DELETE', `vhosts/${host}`);
      for (const name of added) await manage(management, 'DELETE', `users/${name}`);
    },
  };
}

function unmanaged(): never {
  throw new Error('This broker has no management API to add a user with. Set BATON_TEST_MANAGEMENT_URL.');
}
