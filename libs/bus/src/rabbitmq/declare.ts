import { type Channel } from 'amqplib';
import { type QueueSpec } from '../bus';
import { exchanges, queues } from '../topology';
import { declarationError } from './failure';

export type DurableQueueType = 'classic' | 'quorum';

/**
 * Deliveries that end without a verdict (the consumer died) before the broker itself moves the message away. It counts
 * also what was only near a message that kills; ours (`Gate`) is exact and much lower, this one is for when it fails.
 */
const deliveryLimit = 100;
/** Without dead letters the broker would drop it, in silence: it does not get to that. */
const noLimit = 2 ** 31 - 1;

/** Declares every exchange of Baton and the queue that keeps the dead letters. */
export async function declareTopology(channel: Channel, durableQueueType: DurableQueueType): Promise<void> {
  for (const exchange of Object.values(exchanges)) {
    try {
      await channel.assertExchange(exchange.name, exchange.type, { durable: true });
    } catch (error) {
      throw declarationError(`Exchange ${exchange.name}`, error);
    }
  }
  await declareQueue(channel, queues.deadLetters, durableQueueType);
}

/** Declares a queue with its bindings, under `name` when given. Returns its name. */
export async function declareQueue(
  channel: Channel,
  spec: QueueSpec,
  durableQueueType: DurableQueueType,
  name = spec.name,
): Promise<string> {
  try {
    await channel.assertQueue(name, {
      durable: spec.life === 'durable',
      exclusive: spec.life === 'exclusive',
      autoDelete: spec.life === 'exclusive',
      arguments: queueArguments(spec, durableQueueType),
    });
  } catch (error) {
    throw declarationError(`Queue ${name}`, error);
  }
  for (const binding of spec.bindings) await bind(channel, name, binding);
  return name;
}

/** Throws UnroutableError when there is no such exchange. */
export async function bind(channel: Channel, queue: string, binding: { exchange: string; key: string }): Promise<void> {
  try {
    await channel.bindQueue(queue, binding.exchange, binding.key);
  } catch (error) {
    throw declarationError(`Exchange ${binding.exchange}`, error);
  }
}

/** Whether rejected and expired messages of this queue are kept. */
export function keepsDeadLetters(spec: QueueSpec): boolean {
  return spec.deadLetters ?? spec.life === 'durable';
}

function isBounded({ maxLength, maxBytes }: QueueSpec): boolean {
  return maxLength !== undefined || maxBytes !== undefined;
}

/** Whether it hands everything to one reader until the broker has given that one up. */
export function hasOneReader({ life, newestFirst }: QueueSpec, durableQueueType: DurableQueueType): boolean {
  return life === 'durable' && durableQueueType === 'quorum' && newestFirst === true;
}

/** The arguments a queue is declared with. The same on RabbitMQ 3.10 and 4. */
export function queueArguments(spec: QueueSpec, durableQueueType: DurableQueueType): Record<string, unknown> {
  return {
    ...(keepsDeadLetters(spec) && { 'x-dead-letter-exchange': exchanges.deadLetters.name }),
    ...(spec.maxLength !== undefined && { 'x-max-length': spec.maxLength }),
    ...(spec.maxBytes !== undefined && { 'x-max-length-bytes': spec.maxBytes }),
    ...(isBounded(spec) && { 'x-overflow': spec.overflow === 'refuse' ? 'reject-publish' : 'drop-head' }),
    ...(spec.life === 'durable' && ofType(durableQueueType, spec)),
  };
}

/**
 * Always said: a virtual host may have a default of its own, and so have brokers for the limit. A quorum queue that is
 * to be read newest first has one active reader: it would else hand out of order what a lost node's readers had.
 */
function ofType(type: DurableQueueType, spec: QueueSpec): Record<string, unknown> {
  if (type === 'classic') return { 'x-queue-type': type };
  const limit = { 'x-delivery-limit': keepsDeadLetters(spec) ? deliveryLimit : noLimit };
  return { 'x-queue-type': type, ...limit, ...(hasOneReader(spec, type) && { 'x-single-active-consumer': true }) };
}
