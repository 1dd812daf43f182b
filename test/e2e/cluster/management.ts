/** What RabbitMQ's management API tells about a queue. */
export interface QueueReport {
  readonly name: string;
  readonly durable: boolean;
  readonly type: string;
  /** Of a quorum queue: the nodes that keep it, those of them that are up, and the one that leads. */
  readonly members?: readonly string[];
  readonly online?: readonly string[];
  readonly leader?: string;
}

/** The management API of one node. */
export class Management {
  private readonly address: URL;

  constructor(url: string) {
    this.address = new URL(url);
  }

  /** Of one virtual host, or of all. */
  queues(vhost?: string): Promise<QueueReport[]> {
    return this.call('GET', vhost === undefined ? 'queues' : `queues/${encodeURIComponent(vhost)}`);
  }

  connections(): Promise<{ node: string; ssl: boolean }[]> {
    return this.call('GET', 'connections');
  }

  nodes(): Promise<{ name: string; running: boolean }[]> {
    return this.call('GET', 'nodes');
  }

  /** A virtual host the administrator may use. */
  async addVirtualHost(name: string): Promise<void> {
    await this.call('PUT', `vhosts/${name}`, {});
    await this.call('PUT', `permissions/${name}/${this.address.username}`, {
      configure: '.*',
      write: '.*',
      read: '.*',
    });
  }

  private async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const { host, username, password } = this.address;
    const response = await fetch(`http://${host}/api/${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`RabbitMQ management: ${method} ${path} answered ${response.status}`);
    return (response.status === 200 ? await response.json() : undefined) as Answer;
  }
}
