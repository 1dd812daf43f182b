import { eventually } from '@baton/testing';

interface Connection {
  readonly name: string;
  readonly client_properties?: { readonly connection_name?: string };
}

/** The broker closes the connections with these names (`<bus> consume`), as an administrator would. */
export async function closeConnections(managementUrl: string, names: readonly string[]): Promise<void> {
  const { host, username, password } = new URL(managementUrl);
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  const call = async (method: string, path: string): Promise<Response> => {
    const response = await fetch(`http://${host}/api/${path}`, { method, headers: { authorization } });
    if (!response.ok) throw new Error(`RabbitMQ management: ${method} ${path} answered ${response.status}`);
    return response;
  };
  const found = await eventually(async () => {
    const all = (await (await call('GET', 'connections')).json()) as Connection[];
    return names.map((name) => {
      const known = all.find((one) => one.client_properties?.connection_name === name);
      if (!known) throw new Error(`there is no connection ${name} yet`);
      return known;
    });
  });
  await Promise.all(found.map(({ name }) => call('DELETE', `connections/${encodeURIComponent(name)}`)));
}
