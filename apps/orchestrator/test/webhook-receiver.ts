import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Got {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
interface Told {
  readonly type: string;
  readonly data: { readonly id: string; readonly sequence: number };
}
type Answering = (response: ServerResponse, index: number) => void;

/** Answers 204. */
export const taken: Answering = (response) => void response.writeHead(204).end();
export const answering =
  (status: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response.writeHead(status, headers).end('x'.repeat(100_000));

/** A program that is told by webhooks: real HTTP, answering as its test wants. */
export class WebhookReceiver {
  readonly got: Got[] = [];
  answer: Answering = taken;
  private server: Server | undefined;
  private port = 0;

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.comeUp();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  get events(): Told[] {
    return this.got.map(({ body }) => JSON.parse(body) as Told);
  }

  /** Checked as receivers do it, by the reference library. Throws when a signature does not fit. */
  verifyAll(secret: string): void {
    for (const { headers, body } of this.got) new Webhook(secret).verify(body, headers as Record<string, string>);
  }

  async comeUp(): Promise<void> {
    const server = createServer((request, response) => void this.take(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async goDown(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    this.got.push({ id: String(request.headers['webhook-id']), headers: request.headers, body });
    this.answer(response, this.got.length - 1);
  }
}
