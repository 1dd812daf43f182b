import {
  cloudEventBatchContentType,
  cloudEventContentType,
  type JsonObject,
  type MessageKind,
  requestFailed,
} from '@baton/contracts';
import { wireLimits } from '../codec';
import { deadLetter } from './letter';
import { type Flow, traffic } from './traffic';

/** Names of components: the type without the prefix that all types share. */
export function messageName(kind: MessageKind<unknown> | 'any' | 'letter'): string {
  if (typeof kind === 'string') return kind === 'any' ? 'any.event' : 'dead.letter';
  return kind.type.replace(/^io\.baton\./, '');
}

/** All that may come by itself, and all that may answer. */
function kindsOf(flow: Flow): readonly Flow['kind'][] {
  return [flow.kind, ...answersTo(flow)];
}

/** What a request is answered with; nothing when it is none. */
export function answersTo(flow: Flow): readonly (MessageKind<unknown> | 'any')[] {
  return flow.answers ? [...flow.answers, requestFailed] : [];
}

const kinds = new Map(
  traffic.flatMap(kindsOf).flatMap((kind) => (typeof kind === 'string' ? [] : [[messageName(kind), kind] as const])),
);

const text: JsonObject = { type: 'string', minLength: 1 };
const envelope: JsonObject = {
  description: 'A CloudEvent 1.0 in JSON. Attributes that are not named here may be there as well.',
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { ...text, description: 'Unique with the source: what comes twice is handled once.' },
    source: { ...text, description: '`/agents/<id>`, `/services/<name>`, …' },
    type: text,
    time: { type: 'string', format: 'date-time' },
    subject: { type: 'string' },
    datacontenttype: { const: 'application/json' },
    correlationid: { type: 'string', description: 'Ties all that follows from one request together.' },
    traceparent: { type: 'string', description: 'W3C trace context.' },
    data: {},
  },
};
const receipt: JsonObject = {
  type: 'object',
  properties: {
    'baton-receipt': {
      type: 'string',
      enum: ['wanted'],
      description: 'With a reply-to: each recipient says what became of it.',
    },
  },
};
const authorization: JsonObject = {
  type: 'object',
  properties: {
    authorization: { type: 'string', description: '`Bearer <access token>`: asked for by the orchestrators.' },
  },
};
/** One schema for each kind of event, all on the same envelope. */
export function eventSchemas(): JsonObject {
  const events = [...kinds].map(([name, kind]) => [name, eventSchema(kind)] as const);
  return { CloudEvent: envelope, ...Object.fromEntries(events) };
}

function eventSchema(kind: MessageKind<unknown>): JsonObject {
  return {
    description: kind.summary,
    allOf: [{ $ref: '#/components/schemas/CloudEvent' }],
    properties: { type: { const: kind.type }, data: kind.schema },
  };
}

/** One message for each kind, in structured mode. */
export function messageComponents(): JsonObject {
  const told = [...kinds].map(([name, kind]) => [name, toMessage(name, kind)] as const);
  return { ...Object.fromEntries(told), 'any.event': anyEvent, 'dead.letter': deadLetter };
}

const binding = { amqp: { bindingVersion: '0.3.0' } };
const correlationId: JsonObject = { location: '$message.payload#/correlationid' };

function toMessage(name: string, kind: MessageKind<unknown>): JsonObject {
  const token = traffic.some((flow) => flow.kind === kind && flow.token);
  return {
    name: kind.type,
    title: kind.summary,
    contentType: cloudEventContentType,
    correlationId,
    payload: { $ref: `#/components/schemas/${name}` },
    bindings: { amqp: { messageType: kind.type, bindingVersion: '0.3.0' } },
    ...(token && { headers: authorization }),
  };
}

const anyEvent: JsonObject = {
  name: 'any.event',
  title: 'An event of a type of your own.',
  contentType: cloudEventContentType,
  correlationId,
  headers: receipt,
  payload: { $ref: '#/components/schemas/CloudEvent' },
  bindings: binding,
};
/** Several events of some kinds in one message: batch mode. */
export function batchMessage(names: readonly string[]): JsonObject {
  const refs = names.map((name) => ({ $ref: `#/components/schemas/${name === 'any.event' ? 'CloudEvent' : name}` }));
  return {
    name: 'batch',
    title: 'Several events that travel together.',
    contentType: cloudEventBatchContentType,
    payload: {
      type: 'array',
      minItems: 1,
      maxItems: wireLimits.eventsPerMessage,
      items: refs.length === 1 ? (refs[0] as JsonObject) : { anyOf: refs },
    },
    bindings: binding,
  };
}
