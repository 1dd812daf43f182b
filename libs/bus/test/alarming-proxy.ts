import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * In front of a broker, does what a broker does when its memory or disk is full: tells the connections that publish
 * (`connection.blocked`), and reads nothing more from them.
 */
export class AlarmingProxy {
  private readonly pairs = new Set<readonly [client: Socket, upstream: Socket]>();
  private readonly publishing = new Set<readonly [client: Socket, upstream: Socket]>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client: Socket) => this.join(client));
  }

  static async inFrontOf(url: string): Promise<AlarmingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new AlarmingProxy(server, new URL(url));
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  raise(): void {
    for (const [client, upstream] of this.publishing) {
      client.unpipe(upstream).pause();
      client.write(connectionMethod(60, Buffer.from('\x0dlow on memory')));
    }
  }

  clear(): void {
    for (const [client, upstream] of this.publishing) {
      client.write(connectionMethod(61, Buffer.alloc(0)));
      client.pipe(upstream);
    }
  }

  async close(): Promise<void> {
    for (const socket of [...this.pairs].flat()) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname);
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    client.on('data', (chunk: Buffer) => {
      if (chunk.includes(' publish')) this.publishing.add(pair); // the name it gives itself when it opens
    });
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => pair.forEach((one) => one.destroy()));
    }
    client.pipe(upstream);
    upstream.pipe(client);
  }
}

/** A frame on channel 0 with a method of the class `connection`. */
function connectionMethod(method: number, args: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from([0, 10, 0, method]), args]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(payload.length);
  return Buffer.concat([Buffer.from([1, 0, 0]), size, payload, Buffer.from([0xce])]);
}
