import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a broker or a database that can fail in the ways networks do. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly orphans = new Set<Socket>();
  private silent = false;
  private refusing = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client: Socket) => this.join(client));
  }

  static async inFrontOf(url: string): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, new URL(url));
  }

  /** The service's URL through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** Ends every connection at once, and refuses new ones until `mend`. */
  cut(): void {
    this.refusing = true;
    for (const [client, upstream] of this.pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
    this.pairs.clear();
  }

  /** Nothing passes any more, in either direction, and nobody is told; new connections hang as well. */
  goSilent(): void {
    this.silent = true;
    for (const [client, upstream] of this.pairs) {
      client.unpipe(upstream).pause();
      upstream.unpipe(client).pause();
    }
  }

  /** The clients lose their connections, the service does not notice: a host that vanished. */
  vanish(): void {
    for (const pair of [...this.pairs]) {
      const [client, upstream] = pair;
      this.pairs.delete(pair);
      this.orphans.add(upstream);
      client.unpipe(upstream);
      client.resetAndDestroy();
    }
  }

  /** New connections pass again. Those that went silent stay so. */
  mend(): void {
    this.silent = false;
    this.refusing = false;
  }

  async close(): Promise<void> {
    this.cut();
    for (const orphan of this.orphans) orphan.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.refusing) return void client.resetAndDestroy();
    const upstream = connect(Number(this.target.port || defaultPort(this.target)), this.target.hostname);
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => this.part(pair));
    }
    if (this.silent) return;
    client.pipe(upstream);
    upstream.pipe(client);
  }

  private part(pair: readonly [Socket, Socket]): void {
    if (!this.pairs.delete(pair)) return;
    for (const socket of pair) socket.destroy();
  }
}

function defaultPort({ protocol }: URL): number {
  return protocol.startsWith('postgres') ? 5432 : 5672;
}
