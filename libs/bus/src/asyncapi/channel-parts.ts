import { type JsonObject } from '@baton/contracts';
import { type QueueSpec } from '../bus';
import { type DurableQueueType, queueArguments } from '../rabbitmq/declare';
import { exchanges } from '../topology';
import { answersTo, batchMessage, messageName } from './message-parts';
import { type Parameter, parameters } from './parties';
import { type QueueName, type ToldQueue, toldQueues } from './queues-told';
import { type RouteName, type ToldRoute, toldRoutes } from './routes-told';
import { traffic } from './traffic';

/** The channel of answers; it has no address of its own. */
export const replies = 'replies';
const reference = (name: string): JsonObject => ({ $ref: `#/components/messages/${name}` });

/** Every address, every queue, and where answers come. */
export function channels(durableQueueType: DurableQueueType): JsonObject {
  const routed = Object.entries(toldRoutes).map(([name, route]) => [name, routeChannel(name as RouteName, route)]);
  const queued = Object.entries(toldQueues).map(([name, queue]) => [name, queueChannel(queue, durableQueueType)]);
  return { ...Object.fromEntries(routed), ...Object.fromEntries(queued), [replies]: replyChannel() } as JsonObject;
}

/** Messages that go to an address. */
function messagesTo(route: RouteName): readonly string[] {
  return distinct(traffic.filter((flow) => flow.to === route).map((flow) => messageName(flow.kind)));
}

/** Messages that come by a queue. */
function messagesIn(queue: QueueName): readonly string[] {
  const { takes, alsoTakes = [] }: ToldQueue = toldQueues[queue];
  return distinct([...takes, ...alsoTakes].flatMap(messagesTo));
}

function routeChannel(name: RouteName, { target, description }: ToldRoute): JsonObject {
  const exchange = Object.values(exchanges).find((one) => one.name === target.exchange);
  const amqp: JsonObject = exchange
    ? { is: 'routingKey', exchange: { name: exchange.name, type: exchange.type, durable: true, autoDelete: false } }
    : { is: 'routingKey', exchange: { name: '', type: 'default', durable: true, autoDelete: false } };
  return {
    address: target.key,
    description,
    messages: withBatch(messagesTo(name)),
    ...parametersIn(target.key),
    bindings: { amqp: { ...amqp, bindingVersion: '0.3.0' } },
  };
}

function queueChannel(told: ToldQueue, durableQueueType: DurableQueueType): JsonObject {
  const { spec, description } = told;
  return {
    address: spec.name,
    description,
    messages: withBatch(messagesIn(nameOf(told))),
    ...parametersIn(spec.name),
    bindings: { amqp: { ...queueBinding(spec, durableQueueType), ...bindingsOnDemand(told) } },
  };
}

/** Arguments and bindings are beyond the AMQP binding 0.3.0 and told as its extensions. */
function queueBinding(spec: QueueSpec, durableQueueType: DurableQueueType): JsonObject {
  const exclusive = spec.life === 'exclusive';
  return {
    is: 'queue',
    queue: { name: spec.name, durable: !exclusive, exclusive, autoDelete: exclusive },
    'x-arguments': queueArguments(spec, durableQueueType) as JsonObject,
    'x-bindings': spec.bindings.map(({ exchange, key }) => ({ exchange, key })),
    bindingVersion: '0.3.0',
  };
}

function bindingsOnDemand({ alsoTakes = [] }: ToldQueue): JsonObject {
  if (alsoTakes.length === 0) return {};
  const targets = alsoTakes.map((route) => toldRoutes[route].target);
  return { 'x-bindings-on-demand': targets.map(({ exchange, key }) => ({ exchange, key })) };
}

function replyChannel(): JsonObject {
  const answers = distinct(traffic.flatMap(answersTo).map(messageName));
  return {
    address: null,
    description:
      'Answers come by direct reply-to (`amq.rabbitmq.reply-to`), with the AMQP correlation id of the request.',
    messages: withBatch(answers),
  };
}

function withBatch(names: readonly string[]): JsonObject {
  const single = Object.fromEntries(names.map((name) => [name, reference(name)]));
  const events = names.filter((name) => name !== 'dead.letter');
  return events.length === 0 ? single : { ...single, batch: batchMessage(events) };
}

function parametersIn(address: string): { parameters?: JsonObject } {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as Parameter);
  if (names.length === 0) return {};
  return { parameters: Object.fromEntries(names.map((name) => [name, { description: parameters[name] }])) };
}

function nameOf(told: ToldQueue): QueueName {
  return Object.entries(toldQueues).find(([, one]) => one === told)?.[0] as QueueName;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
