import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Channel, type ChannelModel, connect, type ConfirmChannel, type Options } from 'amqplib';

export interface Shot {
  readonly exchange: string;
  readonly key: string;
  readonly content: Buffer;
  readonly options?: Options.Publish;
}

/** What `send` resolves with when a full queue refused some. */
const NACKED = -1;
const NACKED_AFTER_MS = 500;

/** A client that keeps to AMQP and to nothing else. */
export class Attacker {
  private constructor(private readonly model: ChannelModel) {}

  static async connect(url: string): Promise<Attacker> {
    const model = await connect(url);
    model.on('error', () => undefined);
    return new Attacker(model);
  }

  /** Sends them all; resolves with the code the broker closed the channel with, or 0 when it took everything. */
  async send(shots: readonly Shot[]): Promise<number> {
    const channel = await this.model.createConfirmChannel();
    const closed = codeOf(channel);
    try {
      for (const shot of shots) await fire(channel, shot, closed);
      return await Promise.race([closed, channel.waitForConfirms().then(() => 0)]);
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) throw error; // amqplib itself could not send it
      return await Promise.race([closed, pause(NACKED_AFTER_MS).then(() => NACKED)]);
    } finally {
      await channel.close().catch(() => undefined);
    }
  }

  /** Sends each by itself, so that one the broker refuses keeps none of the others. */
  async spray(shots: readonly Shot[]): Promise<void> {
    const byExchange = new Map<string, Shot[]>();
    for (const shot of shots) byExchange.set(shot.exchange, [...(byExchange.get(shot.exchange) ?? []), shot]);
    for (const group of byExchange.values()) await this.send(group);
  }

  /** About so many a second for so long; what is sent takes turns. Resolves with how many were sent. */
  async flood(shots: readonly Shot[], perSecond: number, seconds: number): Promise<number> {
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined);
    let sent = 0;
    const start = performance.now();
    for (const end = start + seconds * 1000; performance.now() < end; await pause(5)) {
      const due = ((performance.now() - start) / 1000) * perSecond;
      while (sent < due) {
        const { exchange, key, content, options } = shots[sent++ % shots.length] as Shot;
        if (!channel.publish(exchange, key, content, options)) await once(channel, 'drain');
      }
    }
    await channel.close();
    return sent;
  }

  /** Collects copies of what goes to an exchange under a key. */
  async sniff(exchange: string, key: string, most: number): Promise<{ content: Buffer; contentType: string }[]> {
    const channel = await this.model.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const seen: { content: Buffer; contentType: string }[] = [];
    await channel.bindQueue(queue, exchange, key);
    await new Promise<void>((resolve) => {
      void channel.consume(queue, (message) => {
        if (!message) return;
        seen.push({ content: message.content, contentType: String(message.properties.contentType) });
        if (seen.length >= most) resolve();
      });
    });
    await channel.close();
    return seen;
  }

  close(): Promise<void> {
    return this.model.close();
  }
}

async function fire(channel: ConfirmChannel, shot: Shot, closed: Promise<number>): Promise<void> {
  const { exchange, key, content, options } = shot;
  if (!channel.publish(exchange, key, content, options)) await Promise.race([once(channel, 'drain'), closed]);
}

function codeOf(channel: Channel): Promise<number> {
  return new Promise((resolve) => {
    channel.once('error', (error: { code?: number }) => resolve(error.code ?? -1));
  });
}
