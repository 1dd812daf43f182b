import { type Channel } from 'amqplib';
import { type Binding, type QueueAdmin, type QueueSpec, type QueueState } from '../bus';
import { BrokerUnavailableError, MessageInvalidError, UnroutableError } from '../errors';
import { bind, declareQueue, declareTopology, type DurableQueueType } from './declare';
import { describeFailure, replyCode } from './failure';
import { type Link, within } from './link';
import { openChannel, type Session } from './session';

/** A call that takes longer is given up: the broker has other troubles. Each queue of many adds to it. */
const answerWithinMs = 5_000;
const perQueueMs = 100;

const noSuch = 404;
const inUseOrNotEmpty = 406;

/** Each call works on a channel of its own: what the broker refuses costs nobody else theirs. */
export class RabbitQueueAdmin implements QueueAdmin {
  constructor(
    private readonly link: Link,
    private readonly durableQueueType: DurableQueueType,
  ) {}

  /** Exchanges that somebody has removed meanwhile are made again. */
  declare(given: QueueSpec | readonly QueueSpec[]): Promise<void> {
    const queues = 'name' in given ? [given] : given;
    const passing = queues.find(({ life }) => life !== 'durable');
    if (passing) throw new MessageInvalidError(`Queue ${passing.name} is not durable: consume it instead.`);
    return this.within(async (session) => {
      const make = async (channel: Channel): Promise<void> => {
        for (const queue of queues) await declareQueue(channel, queue, this.durableQueueType);
      };
      try {
        await onChannel(session, make);
      } catch (error) {
        if (!(error instanceof UnroutableError)) throw error;
        await onChannel(session, (channel) => declareTopology(channel, this.durableQueueType));
        await onChannel(session, make);
      }
    }, queues.length);
  }

  unbind(queue: string, { exchange, key }: Binding): Promise<void> {
    return this.within((session) =>
      unlessMissing(onChannel(session, async (channel) => void (await channel.unbindQueue(queue, exchange, key)))),
    );
  }

  remove(queue: QueueSpec, { ifEmpty = false } = {}): Promise<boolean> {
    return this.within(async (session) => {
      if (!ifEmpty) {
        await unlessMissing(onChannel(session, async (channel) => void (await channel.deleteQueue(queue.name))));
        return true;
      }
      return this.durableQueueType === 'quorum' ? removeEmptied(session, queue) : removeIfEmpty(session, queue.name);
    });
  }

  inspect(queues: readonly string[]): Promise<readonly (QueueState | undefined)[]> {
    return this.within(async (session) => {
      const states: (QueueState | undefined)[] = [];
      // A queue that is missing costs the channel.
      while (states.length < queues.length) {
        await unlessMissing(
          onChannel(session, async (channel) => {
            for (const name of queues.slice(states.length)) states.push(await stateOf(channel, name));
          }),
          () => states.push(undefined),
        );
      }
      return states;
    }, queues.length);
  }

  private async within<Result>(work: (session: Session) => Promise<Result>, queues = 1): Promise<Result> {
    const session = await this.link.ready(answerWithinMs);
    const working = work(session);
    if (await within(working, answerWithinMs + queues * perQueueMs)) return working;
    working.catch(() => undefined);
    throw new BrokerUnavailableError('RabbitMQ does not answer. Try again in a moment; if it lasts, look at its log.');
  }
}

async function stateOf(channel: Channel, name: string): Promise<QueueState> {
  const { messageCount, consumerCount } = await channel.checkQueue(name);
  return { messages: messageCount, consumers: consumerCount };
}

async function removeIfEmpty(session: Session, name: string): Promise<boolean> {
  try {
    await unlessMissing(
      onChannel(session, async (channel) => void (await channel.deleteQueue(name, { ifEmpty: true }))),
    );
    return true;
  } catch (error) {
    if (replyCode(error) === inUseOrNotEmpty) return false;
    throw error;
  }
}

/** Quorum queues know no "if empty": nothing comes any more once it is unbound, then the count is true. */
async function removeEmptied(session: Session, { name, bindings }: QueueSpec): Promise<boolean> {
  let waits = false;
  await unlessMissing(
    onChannel(session, async (channel) => {
      for (const { exchange, key } of bindings) await channel.unbindQueue(name, exchange, key);
      waits = (await stateOf(channel, name)).messages > 0;
      if (!waits) await channel.deleteQueue(name);
      else for (const binding of bindings) await bind(channel, name, binding);
    }),
  );
  return !waits;
}

async function onChannel<Result>(session: Session, work: (channel: Channel) => Promise<Result>): Promise<Result> {
  try {
    const channel = await openChannel(session.consuming, 'plain', () => undefined);
    const result = await work(channel);
    await channel.close().catch(() => undefined);
    return result;
  } catch (error) {
    if (session.alive) throw error;
    const text = `The connection to RabbitMQ was lost: ${describeFailure(error)}. Try again when it is back.`;
    throw new BrokerUnavailableError(text, {}, error);
  }
}

async function unlessMissing(work: Promise<void>, otherwise: () => void = () => undefined): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (replyCode(error) !== noSuch) throw error;
    otherwise();
  }
}
