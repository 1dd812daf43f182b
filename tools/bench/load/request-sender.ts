import { setTimeout as pause } from 'node:timers/promises';
import { type HttpAnswer, HttpConnection } from './http-connection';
import { type RequestShape } from './load-job';

/** Sends one shape of request over connections that are kept and reused. Anything but success or 429 is an error. */
export class RequestSender {
  refused = 0;
  private readonly idle: HttpConnection[] = [];
  private readonly all: HttpConnection[] = [];
  private readonly request: Buffer;

  constructor(private readonly shape: RequestShape) {
    this.request = HttpConnection.post(shape.url, shape.headers, shape.body);
  }

  async open(connections: number): Promise<void> {
    for (let opened = 0; opened < connections; opened++) this.idle.push(await this.connect());
  }

  /** Resolves with the first good answer; a refusal for now is sent again when the server said. */
  async send(): Promise<HttpAnswer> {
    const connection = this.idle.pop() ?? (await this.connect());
    try {
      for (;;) {
        const answer = await connection.send(this.request);
        if (answer.status !== 429) return this.check(answer);
        this.refused++;
        await pause(1000 * Number(/\r\nretry-after: *(\d+)/i.exec(answer.head)?.[1] ?? 1));
      }
    } finally {
      this.idle.push(connection);
    }
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private async connect(): Promise<HttpConnection> {
    const connection = await HttpConnection.open(this.shape.url);
    this.all.push(connection);
    return connection;
  }

  private check(answer: HttpAnswer): HttpAnswer {
    const { expect } = this.shape;
    const good = answer.status >= 200 && answer.status < 300 && (expect === undefined || answer.body.includes(expect));
    if (!good) throw new Error(`POST ${this.shape.url}: ${answer.status} ${answer.body.toString('utf8', 0, 500)}`);
    return answer;
  }
}
