import { multicastLimits, type Pattern, patterns } from '@baton/bus';
import {
  addressPattern,
  type Address,
  type FieldFault,
  type JsonObject,
  type JsonValue,
  ValidationError,
} from '@baton/contracts';
import { bodyCheck } from '../http/check-body';

/** A message to be sent for somebody. Which fields a pattern takes: see `fieldsOf`. */
export interface MessageBody {
  readonly pattern: Pattern;
  readonly to?: Address | readonly Address[];
  readonly channel?: string;
  readonly topic?: string;
  readonly type: string;
  readonly data: JsonValue;
  readonly subject?: string;
  readonly durable?: boolean;
  readonly expirationMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly receiptWithinMs?: number;
}

const address: JsonObject = { type: 'string', pattern: addressPattern };

export const messageBodySchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['pattern', 'type', 'data'],
  properties: {
    pattern: { type: 'string', enum: [...patterns] },
    to: {
      description: 'An address; with multicast several.',
      anyOf: [
        address,
        { type: 'array', items: address, minItems: 1, maxItems: multicastLimits.recipients, uniqueItems: true },
      ],
    },
    channel: { ...address, description: 'With broadcast.' },
    topic: {
      type: 'string',
      maxLength: 255,
      pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]*$',
      description: 'With publish-subscribe: words joined by dots. Those of Baton (task, workflow, agent) are reserved.',
    },
    type: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]*$',
      description: 'Type of the CloudEvent, as com.example.order.placed. io.baton. is reserved.',
    },
    data: { description: 'Any JSON, at most 1 MiB. Where the channel has types it must fit its own.' },
    subject: { type: 'string', minLength: 1, maxLength: 500 },
    durable: {
      type: 'boolean',
      description: 'It waits in mailboxes for who is away. Default false: for who is there now.',
    },
    expirationMs: {
      type: 'integer',
      minimum: 1,
      maximum: 4294967295,
      description: 'Not taken by then it goes to the dead letters.',
    },
    headers: {
      type: 'object',
      maxProperties: 50,
      additionalProperties: { type: 'string', maxLength: 1000 },
      description: 'For filters of the recipients. Names that begin with baton- or x-, and CC and BCC, are reserved.',
    },
    timeoutSeconds: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 50,
      description: 'With request-response: how long to wait for the answer, default 5.',
    },
    receiptWithinMs: {
      type: 'integer',
      minimum: 0,
      maximum: 30_000,
      description: 'How long to wait for what recipients say became of it, default 1000. 0: not at all.',
    },
  },
};

const check = bodyCheck<MessageBody>(messageBodySchema);
const always = ['pattern', 'type', 'data', 'subject', 'headers'];
const sent = ['durable', 'expirationMs', 'receiptWithinMs'];

/** What each pattern takes; the first is its destination, which it needs. */
const fieldsOf: Readonly<Record<Pattern, readonly [keyof MessageBody, ...string[]]>> = {
  direct: ['to', ...sent],
  multicast: ['to', ...sent],
  broadcast: ['channel', ...sent],
  'publish-subscribe': ['topic', ...sent],
  'request-response': ['to', 'timeoutSeconds'],
};

/** The body, as what it was found to be. Throws ValidationError naming every field that does not fit. */
export function readMessageBody(given: unknown): MessageBody {
  const body = check(given);
  const faults = [...fieldFaults(body), ...reservedHeaders(body)];
  if (faults.length > 0) throw new ValidationError(faults);
  const reserved = reservedFaults(body);
  if (reserved.length > 0) throw new ValidationError(reserved, 'INPUT_INVALID');
  return body;
}

function fieldFaults(body: MessageBody): FieldFault[] {
  const { pattern, to } = body;
  const [destination, ...more] = fieldsOf[pattern];
  const faults: FieldFault[] = [];
  if (body[destination] === undefined) faults.push({ path: destination, message: `is required with ${pattern}` });
  const known = [...always, destination, ...more];
  for (const path of Object.keys(body)) {
    if (!known.includes(path)) faults.push({ path, message: `is not for ${pattern}` });
  }
  if (destination === 'to' && to !== undefined && Array.isArray(to) !== (pattern === 'multicast')) {
    faults.push({
      path: 'to',
      message: pattern === 'multicast' ? 'must be a list of addresses' : 'must be one address',
    });
  }
  if (body.durable === true && body.receiptWithinMs !== undefined) {
    faults.push({ path: 'receiptWithinMs', message: 'is not for durable messages: their recipients may be away' });
  }
  return faults;
}

function reservedHeaders({ headers = {} }: MessageBody): FieldFault[] {
  return Object.keys(headers)
    .filter((name) => /^(baton-|x-|b?cc$)/i.test(name))
    .map((name) => ({ path: `headers.${name}`, message: 'is a reserved name' }));
}

function reservedFaults({ type, topic }: MessageBody): FieldFault[] {
  const faults: FieldFault[] = [];
  if (/^io\.baton\./i.test(type)) {
    faults.push({ path: 'type', message: 'is one of Baton itself, which nobody else sends; use a type of your own' });
  }
  if (topic !== undefined && /^(task|workflow|agent)(\.|$)/.test(topic)) {
    faults.push({ path: 'topic', message: 'is for the events of Baton itself; begin with a word of your own' });
  }
  return faults;
}
