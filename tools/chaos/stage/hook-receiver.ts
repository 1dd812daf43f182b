import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

type Answering = (response: ServerResponse) => void;

const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response.writeHead(code, headers).end();

/** What a receiver may do instead of taking what it is told. */
const failings = {
  'hangs up': ({ socket }) => void socket?.resetAndDestroy(),
  'answers nothing': () => undefined,
  'answers 500': status(500),
  'answers garbage': ({ socket }) => void socket?.end('SSH-2.0-OpenSSH\r\n'),
  'redirects to nowhere': status(307, { location: 'http://127.0.0.1:1/' }),
} satisfies Record<string, Answering>;
export type Failing = keyof typeof failings;
export const failingNames = Object.keys(failings) as readonly Failing[];

/** One delivery that was taken. */
interface Taken {
  readonly at: Date;
  /** From the event until it was here, by clocks no fault moves. */
  readonly lagMs: number;
}
interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly id: string };
}

/** A program that is told by a webhook. It checks what it gets as receivers should, and fails when it is told to. */
export class HookReceiver {
  /** What no receiver must ever get. */
  readonly faults: string[] = [];
  readonly taken: Taken[] = [];
  /** Types of events by workflow, those of its steps left out. */
  readonly told = new Map<string, Set<string>>();
  /** Deliveries that had been taken before. */
  again = 0;
  private readonly bodies = new Map<string, string>();
  private failing: Failing | undefined;
  private secret = '';

  private constructor(
    readonly name: string,
    private readonly server: Server,
  ) {}

  static async start(name: string): Promise<HookReceiver> {
    const server = createServer();
    const receiver = new HookReceiver(name, server);
    server.on('request', (request, response) => void receiver.hear(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.name}`;
  }

  /** Before it is known nothing is taken. */
  trust(secret: string): void {
    this.secret = secret;
  }

  fail(how: Failing): void {
    this.failing = how;
  }

  /** What hangs is hung up: nobody has to wait for a time to run out. */
  mend(): void {
    this.failing = undefined;
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // cut off in the middle: it is sent again
    }
    if (this.failing) return failings[this.failing](response);
    if (this.secret === '') return status(503)(response);
    this.take(request.headers as Record<string, string>, Buffer.concat(chunks).toString('utf8'));
    status(204)(response);
  }

  private take(headers: Record<string, string>, body: string): void {
    const id = String(headers['webhook-id']);
    try {
      new Webhook(this.secret).verify(body, headers);
    } catch (error) {
      this.faults.push(`${this.name}: delivery ${id} is not signed as it must be: ${String(error)}`);
      return;
    }
    const before = this.bodies.get(id);
    this.bodies.set(id, body);
    if (before !== undefined) this.again += 1;
    if (before !== undefined && before !== body) this.faults.push(`${this.name}: delivery ${id} came with two bodies`);
    this.note(JSON.parse(body) as Told);
  }

  private note({ type, timestamp, data }: Told): void {
    const at = new Date();
    this.taken.push({ at, lagMs: at.getTime() - Date.parse(timestamp) });
    if (type.startsWith('workflow.step.')) return;
    const types = this.told.get(data.id) ?? new Set();
    this.told.set(data.id, types.add(type));
  }
}
