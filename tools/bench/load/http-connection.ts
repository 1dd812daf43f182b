import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Takes one whole answer off the front of what was received; undefined while it is not complete. */
export function parseAnswer(received: Buffer): { answer: HttpAnswer; length: number } | undefined {
  const headEnd = received.indexOf(END_OF_HEAD);
  if (headEnd < 0) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`An answer without content-length: ${head}`);
  const end = headEnd + END_OF_HEAD.length + Number(length);
  if (received.length < end) return undefined;
  const body = received.subarray(headEnd + END_OF_HEAD.length, end);
  return { answer: { status: Number(head.slice(9, 12)), head, body }, length: end };
}

/**
 * One kept-alive HTTP/1.1 connection with one request at a time. It knows just enough of HTTP for the servers measured
 * here: the load generator shares the machine, so each microsecond of a full client would be taken from them.
 */
export class HttpConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error(`${host} closed the connection`)));
  }

  static open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket, host));
      });
    });
  }

  /** The bytes of a request; made once for the many times it is sent. */
  static post(url: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
    const { host, pathname } = new URL(url);
    const all = { host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  send(request: Buffer): Promise<HttpAnswer> {
    if (this.waiting) throw new Error('One request at a time');
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.removeAllListeners('close').destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const parsed = parseAnswer(this.received);
    if (!parsed) return;
    this.received = this.received.subarray(parsed.length);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve(parsed.answer);
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}
