import { randomUUID } from 'node:crypto';
import { type Channel, type ChannelModel, connect, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { type Asker, type Contestant, type Course, type Parcel, parcel, PREFETCH, Tally, WINDOW } from './contest';

/** Without `noDelay` answers wait for the kernel to gather them. */
const dial = (url: string): Promise<ChannelModel> => connect(url, { noDelay: true });

/** What somebody who knows amqplib writes: a connection to send, one to receive, confirms in a window, an ack each. */
export async function rawContestant(url: string, course: Course): Promise<Contestant> {
  const [sending, receiving] = await Promise.all([dial(url), dial(url)]);
  const sender = await sending.createConfirmChannel();
  const exchange = `bench.${randomUUID()}`;
  const exchangeType = course.name === 'direct' || course.name === 'multicast' ? 'direct' : 'topic';
  await sender.assertExchange(exchange, exchangeType, { durable: true });
  const tally = new Tally();
  const receivers = await Promise.all(
    Array.from({ length: course.recipients }, (_, index) => receive(receiving, { exchange, course, index, tally })),
  );
  return {
    flood: async (messages) => {
      const received = tally.expect(messages * course.recipients);
      await Promise.all([sendAll(sender, { exchange, course, messages }), received]);
    },
    close: async () => {
      for (const { channel, queue } of receivers) await channel.deleteQueue(queue);
      await sender.deleteExchange(exchange);
      await Promise.all([sending.close(), receiving.close()]);
    },
  };
}

interface Receiving {
  readonly exchange: string;
  readonly course: Course;
  readonly index: number;
  readonly tally: Tally;
}

async function receive(
  connection: ChannelModel,
  { exchange, course, index, tally }: Receiving,
): Promise<{ channel: Channel; queue: string }> {
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  const { queue } = await channel.assertQueue(`${exchange}.${index}`, { durable: true });
  await channel.bindQueue(queue, exchange, bindingKey(course, index));
  await channel.consume(queue, (message) => {
    if (!message) return; // its queue is being deleted
    if (parcelOf(message).n < 0) throw new Error('Not one of ours');
    channel.ack(message);
    tally.one();
  });
  return { channel, queue };
}

function parcelOf(message: ConsumeMessage): Parcel {
  return JSON.parse(message.content.toString()) as Parcel;
}

function bindingKey({ name }: Course, index: number): string {
  if (name === 'publish-subscribe') return 'bench.*.done';
  return name === 'broadcast' ? 'bench' : `bench.${index}`;
}

interface Sending {
  readonly exchange: string;
  readonly course: Course;
  readonly messages: number;
}

function sendAll(channel: ConfirmChannel, { exchange, course, messages }: Sending): Promise<void> {
  const options = { persistent: true, mandatory: true, contentType: 'application/json', ...copies(course) };
  const key = course.name === 'publish-subscribe' ? 'bench.task.done' : bindingKey(course, 0);
  return new Promise((resolve, reject) => {
    let sent = 0;
    let confirmed = 0;
    const more = (): void => {
      while (sent < messages && sent - confirmed < WINDOW) {
        const content = Buffer.from(JSON.stringify(parcel(sent++)));
        channel.publish(exchange, key, content, { ...options, messageId: randomUUID() }, onConfirm);
      }
    };
    const onConfirm = (error: Error | null): void => {
      if (error) return reject(error);
      if (++confirmed === messages) resolve();
      else more();
    };
    more();
  });
}

function copies({ name, recipients }: Course): { CC?: string[] } {
  return name === 'multicast' ? { CC: Array.from({ length: recipients - 1 }, (_, index) => `bench.${index + 1}`) } : {};
}

/** Direct reply-to by hand: mandatory, correlated, a timer for each. */
export async function rawAsker(url: string): Promise<Asker> {
  const [asking, answering] = await Promise.all([dial(url), dial(url)]);
  const [asker, answerer] = await Promise.all([asking.createChannel(), answering.createChannel()]);
  const { queue } = await answerer.assertQueue('', { exclusive: true });
  await answerer.consume(queue, (message) => {
    if (!message) return;
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string };
    answerer.sendToQueue(replyTo, Buffer.from(JSON.stringify(parcelOf(message))), { correlationId });
    answerer.ack(message);
  });
  const pending = new Map<string, (answer: Parcel) => void>();
  await asker.consume(
    'amq.rabbitmq.reply-to',
    (message) => message && pending.get(String(message.properties.correlationId))?.(parcelOf(message)),
    { noAck: true },
  );
  let asked = 0;
  const ask = (): Promise<Parcel> =>
    new Promise((resolve, reject) => {
      const correlationId = String(++asked);
      const timer = setTimeout(() => reject(new Error('No answer')), 5_000);
      pending.set(correlationId, (answer) => {
        clearTimeout(timer);
        pending.delete(correlationId);
        resolve(answer);
      });
      const content = Buffer.from(JSON.stringify(parcel(asked)));
      const options = { mandatory: true, correlationId, replyTo: 'amq.rabbitmq.reply-to', expiration: '5000' };
      asker.sendToQueue(queue, content, options);
    });
  const close = async (): Promise<void> => {
    await Promise.all([asking.close(), answering.close()]);
  };
  return { ask, close };
}
