/** What a user may do, as regular expressions over names. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}
export const everything: Permissions = { configure: '.*', write: '.*', read: '.*' };
/** As docs/guides/operate.md gives them to an agent that takes tasks. */
export const forTasks: Permissions = {
  configure: String.raw`^baton\.agent\.`,
  write: String.raw`^baton\.(agent\..+|registry|results|heartbeats)$`,
  read: String.raw`^baton\.(agent\..+|direct)$`,
};

/** The management API of a private broker. */
export class BrokerUsers {
  constructor(
    private readonly managementUrl: string,
    private readonly messageQueueUrl: string,
  ) {}

  /** Returns the URL of the new user. */
  async add(name: string, may: Permissions): Promise<string> {
    const password = `${name}-password`;
    await this.ask('PUT', `users/${name}`, { password, tags: '' });
    await this.ask('PUT', `permissions/%2F/${name}`, may);
    return Object.assign(new URL(this.messageQueueUrl), { username: name, password }).href;
  }

  /** The names of all queues. */
  async queues(): Promise<string[]> {
    const response = await this.ask('GET', 'queues/%2F');
    return ((await response.json()) as { name: string }[]).map(({ name }) => name);
  }

  private async ask(method: string, path: string, body?: object): Promise<Response> {
    const { username, password, origin } = new URL(this.managementUrl);
    const authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(`${origin}/api/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response;
  }
}
