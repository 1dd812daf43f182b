import { randomUUID } from 'node:crypto';
import { type CloudEvent, type Problem } from '@baton/contracts';
import { type Channel, type ChannelModel, connect, type ConsumeMessage, type Options } from 'amqplib';
import { eventually } from '@baton/testing';

export interface DeadLetter {
  readonly reason: string;
  readonly content: string;
}
export type Answered = CloudEvent<Record<string, unknown>>;

const queue = 'baton.orchestrator';

/** A service on the bus as a stranger writes it: plain amqplib, direct reply-to, nothing of ours. */
export class BusAsker {
  readonly deadLetters: DeadLetter[] = [];
  private gone = false;
  private readonly pending = new Map<string, (message: ConsumeMessage) => void>();

  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: Channel,
    private readonly authorization: string,
  ) {
    // The virtual host of the spec file may go first.
    connection.on('error', () => (this.gone = true)).on('close', () => (this.gone = true));
  }

  static async open(url: string, authorization: string): Promise<BusAsker> {
    const connection = await connect(url);
    const channel = await connection.createChannel();
    const asker = new BusAsker(connection, channel, authorization);
    await channel.consume('amq.rabbitmq.reply-to', (message) => message && asker.answered(message), { noAck: true });
    const letters = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(letters.queue, 'baton.dead-letters', '');
    await channel.consume(letters.queue, (message) => message && asker.died(message), { noAck: true });
    return asker;
  }

  /** The event of the answer. */
  async ask(type: string, data: unknown, more: Partial<CloudEvent<unknown>> & Options.Publish = {}): Promise<Answered> {
    const [event] = await this.askRaw(JSON.stringify(this.event(type, data, more)), more);
    return event as Answered;
  }

  /** The events of the answer to whatever this is. */
  async askRaw(content: string | Buffer, more: Options.Publish = {}): Promise<Answered[]> {
    const correlationId = randomUUID();
    const answer = new Promise<ConsumeMessage>((resolve) => this.pending.set(correlationId, resolve));
    this.send(content, { ...more, replyTo: 'amq.rabbitmq.reply-to', correlationId });
    const parsed = JSON.parse((await answer).content.toString()) as Answered | Answered[];
    return Array.isArray(parsed) ? parsed : [parsed];
  }

  /** The problem an answer tells. */
  static problem(answer: Answered | undefined): Problem {
    expect(answer?.type).toBe('io.baton.request.failed.v1');
    return answer?.data as unknown as Problem;
  }

  /** Nobody waits for an answer. */
  send(content: string | Buffer, more: Options.Publish = {}): void {
    const headers = { authorization: this.authorization, ...(more.headers as object) };
    const contentType = 'application/cloudevents+json';
    this.channel.sendToQueue(queue, Buffer.from(content), { contentType, persistent: true, ...more, headers });
  }

  event(type: string, data: unknown, more: Partial<CloudEvent<unknown>> = {}): CloudEvent<unknown> {
    const { id = randomUUID(), source = '/services/spec', traceparent } = more;
    const trace = traceparent === undefined ? {} : { traceparent };
    return {
      specversion: '1.0',
      id,
      source,
      type,
      time: new Date().toISOString(),
      ...trace,
      data,
    };
  }

  /** The dead letter whose content holds this text, once it is there. */
  deadLetter(text: string): Promise<DeadLetter> {
    return eventually(() => {
      const found = this.deadLetters.find((letter) => letter.content.includes(text));
      expect(found).toBeDefined();
      return Promise.resolve(found as DeadLetter);
    });
  }

  /** Takes requests away from the orchestrators, until it dies with them. */
  async steal(): Promise<{ taken: () => number; die: () => Promise<void> }> {
    const channel = await this.connection.createChannel();
    let taken = 0;
    await channel.consume(queue, () => taken++);
    return { taken: () => taken, die: () => channel.close() };
  }

  async close(): Promise<void> {
    if (!this.gone) await this.connection.close();
  }

  private answered(message: ConsumeMessage): void {
    this.pending.get(String(message.properties.correlationId))?.(message);
  }

  private died(message: ConsumeMessage): void {
    const reason = String(message.properties.headers?.['baton-reason']);
    this.deadLetters.push({ reason, content: message.content.toString() });
  }
}
