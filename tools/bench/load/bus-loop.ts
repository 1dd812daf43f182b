import { randomUUID } from 'node:crypto';
import { type Channel, connect, type ConsumeMessage } from 'amqplib';
import { runLoop } from './closed-loop';
import { type BusJob, type LoadResult } from './load-job';

const QUEUE = 'baton.orchestrator';
const REPLY_TO = 'amq.rabbitmq.reply-to';
const SUBMITTED = '"type":"io.baton.tasks.submitted.v1"';

/** Submits tasks one by one over RabbitMQ as any service would: plain amqplib, direct reply-to. */
export async function runBusLoop(job: BusJob): Promise<LoadResult> {
  const connection = await connect(job.url, { noDelay: true });
  try {
    const asker = await Asker.open(await connection.createChannel(), job);
    return { ...(await runLoop({ ...job, send: () => asker.ask() })), refused: 0 };
  } finally {
    await connection.close();
  }
}

class Asker {
  private readonly waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  private readonly source = `/bench/${randomUUID()}`;
  private last = 0;

  private constructor(
    private readonly channel: Channel,
    private readonly job: BusJob,
  ) {}

  static async open(channel: Channel, job: BusJob): Promise<Asker> {
    const asker = new Asker(channel, job);
    await channel.consume(REPLY_TO, (message) => asker.hear(message), { noAck: true });
    return asker;
  }

  /** Resolves when the task has been stored; rejects with the answer when it has not. */
  ask(): Promise<void> {
    const id = String(++this.last);
    const content = Buffer.from(
      `{"specversion":"1.0","id":"${id}","source":"${this.source}","type":"io.baton.tasks.submit.v1",` +
        `"time":"${new Date().toISOString()}","data":${this.job.body}}`,
    );
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.channel.sendToQueue(QUEUE, content, {
        contentType: 'application/cloudevents+json',
        persistent: true,
        replyTo: REPLY_TO,
        correlationId: id,
        headers: { authorization: this.job.authorization },
      });
    });
  }

  private hear(message: ConsumeMessage | null): void {
    const id = String(message?.properties.correlationId);
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (message?.content.includes(SUBMITTED)) waiting?.resolve();
    else waiting?.reject(new Error(`A submission over RabbitMQ was refused: ${message?.content.toString()}`));
  }
}
