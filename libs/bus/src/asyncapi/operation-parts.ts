import { type JsonObject } from '@baton/contracts';
import { replies } from './channel-parts';
import { answersTo, messageName } from './message-parts';
import { parties, type Party } from './parties';
import { type QueueName, type ToldQueue, toldQueues } from './queues-told';
import { type Flow, type Sending, traffic } from './traffic';

const guarantees: Record<Sending, string> = {
  live: 'Sent once: at most once.',
  mandatory: 'Comes back at once when nobody has it.',
  durable: 'Persistent, confirmed, sent again after a reconnect: at least once.',
  request: 'Comes back at once when nobody has it. Answered by direct reply-to when that is asked for.',
};

/** What each party sends where, and receives from which queue. The party is the tag. */
export function operations(): JsonObject {
  const sent = traffic.flatMap((flow) => flow.from.map((party) => send(flow, party)));
  const received = Object.entries(toldQueues).flatMap(([name, queue]) => receiveAll(name as QueueName, queue));
  return Object.fromEntries([...sent, ...received]);
}

function send(flow: Flow, party: Party): readonly [string, JsonObject] {
  const name = messageName(flow.kind);
  const operation: JsonObject = {
    action: 'send',
    title: `${party} sends ${name}`,
    description: guarantees[flow.sending],
    tags: [{ name: party }],
    channel: { $ref: `#/channels/${flow.to}` },
    messages: [inChannel(flow.to, name)],
    bindings: { amqp: sendBinding(flow.sending) },
    ...(flow.token && { security: [{ $ref: '#/components/securitySchemes/accessToken' }] }),
    ...replyTo(flow),
  };
  return [`${party}.sends.${name}.to.${flow.to}`, operation];
}

function receiveAll(queue: QueueName, told: ToldQueue): (readonly [string, JsonObject])[] {
  const routes: readonly string[] = [...told.takes, ...(told.alsoTakes ?? [])];
  const flows = traffic.filter((flow) => routes.includes(flow.to));
  return told.readers.flatMap((party) => flows.map((flow) => receive(flow, party, { queue, acks: told.acks })));
}

function receive(flow: Flow, party: Party, by: { queue: QueueName; acks: boolean }): readonly [string, JsonObject] {
  const name = messageName(flow.kind);
  const operation: JsonObject = {
    action: 'receive',
    title: `${party} receives ${name}`,
    tags: [{ name: party }],
    channel: { $ref: `#/channels/${by.queue}` },
    messages: [inChannel(by.queue, name)],
    bindings: { amqp: { ack: by.acks, bindingVersion: '0.3.0' } },
    ...replyTo(flow),
  };
  return [`${party}.receives.${name}.from.${by.queue}`, operation];
}

function sendBinding(sending: Sending): JsonObject {
  const mandatory = sending !== 'live';
  return { deliveryMode: sending === 'durable' ? 2 : 1, mandatory, bindingVersion: '0.3.0' };
}

function replyTo(flow: Flow): { reply?: JsonObject } {
  const answers = answersTo(flow);
  if (answers.length === 0) return {};
  return {
    reply: {
      address: { location: '$message.header#/replyTo', description: 'The AMQP property reply-to.' },
      channel: { $ref: `#/channels/${replies}` },
      messages: answers.map((kind) => inChannel(replies, messageName(kind))),
    },
  };
}

function inChannel(channel: string, message: string): JsonObject {
  return { $ref: `#/channels/${channel}/messages/${message}` };
}

/** The parties as tags of the document. */
export function partyTags(): JsonObject[] {
  return Object.entries(parties).map(([name, description]) => ({ name, description }));
}
