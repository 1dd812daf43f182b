import { createHash } from 'node:crypto';
import { type Channel, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { within } from './link';
import { openChannel, orLost, type Session } from './session';

/** Notes nobody comes back to are forgotten by the broker after this. */
const forgottenAfterMs = 3_600_000;
/** A broker that holds publishers back must not hold up those who only want to consume. */
const noteWithinMs = 3_000;
const channels = 8;

/**
 * Remembers at the broker how often a delivery was begun and not ended, since neither the process nor a classic queue
 * can: each message in question has a queue of notes of its own, and the number of notes is the count. Throws what the
 * broker refuses.
 */
export class DeathNotes {
  constructor(private readonly queue: string) {}

  /** How many notes there are about each. */
  async count(session: Session, messages: readonly ConsumeMessage[]): Promise<number[]> {
    const counts: number[] = [];
    await inTime(
      session,
      spread(session, messages, async (channel, message, index) => {
        counts[index] = await declare(channel, this.nameOf(message));
      }),
    );
    return counts;
  }

  /** One note more about each: they are begun now. */
  async add(session: Session, messages: readonly ConsumeMessage[]): Promise<void> {
    const noting = onChannel(session, async (channel) => {
      for (const message of messages) {
        channel.publish('', this.nameOf(message), Buffer.alloc(0), { persistent: true });
      }
      await channel.waitForConfirms();
    });
    await inTime(session, noting);
  }

  /** They have ended: no notes any more. */
  async remove(session: Session, messages: readonly ConsumeMessage[]): Promise<void> {
    const removing = spread(session, messages, (channel, message) => channel.deleteQueue(this.nameOf(message)));
    await inTime(session, removing);
  }

  private nameOf(message: ConsumeMessage): string {
    const hash = createHash('sha256').update(`${this.queue}\n${identityOf(message) ?? ''}\n`);
    if (identityOf(message) === undefined) hash.update(message.content);
    return `baton.notes.${hash.digest('hex').slice(0, 32)}`;
  }
}

async function inTime(session: Session, noting: Promise<unknown>): Promise<void> {
  const working = orLost(session, noting);
  if (await within(working, noteWithinMs)) return;
  working.catch(() => undefined);
  throw new Error(`the broker did not take a note within ${noteWithinMs} ms`);
}

/** Over several channels: on one the broker takes them one after another, some milliseconds each. */
async function spread(
  session: Session,
  messages: readonly ConsumeMessage[],
  work: (channel: ConfirmChannel, message: ConsumeMessage, index: number) => Promise<unknown>,
): Promise<void> {
  const entries = messages.entries(); // shared: each channel takes the next one
  const one = (): Promise<void> =>
    onChannel(session, async (channel) => {
      for (const [index, message] of entries) await work(channel, message, index);
    });
  await Promise.all(Array.from({ length: Math.min(channels, messages.length) }, one));
}

/** What tells a message from others of its queue; undefined when its sender gave it no id. */
export function identityOf(message: ConsumeMessage): string | undefined {
  const id = message.properties.messageId as unknown;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

async function onChannel<Result>(
  session: Session,
  work: (channel: ConfirmChannel) => Promise<Result>,
): Promise<Result> {
  const channel = await openChannel(session.publishing, 'confirm', () => undefined);
  const result = await work(channel);
  await channel.close();
  return result;
}

async function declare(channel: Channel, name: string): Promise<number> {
  const declared = await channel.assertQueue(name, {
    durable: true,
    arguments: { 'x-queue-type': 'classic', 'x-expires': forgottenAfterMs },
  });
  return declared.messageCount;
}
