import { exchanges, queues, routes, type Target } from '@baton/bus';
import { addressPattern, type JsonObject, ValidationError } from '@baton/contracts';

/** Where a letter is sent again; without any: to the queue it was refused from, and nowhere else. */
export type ReplayTo =
  | { readonly queue: string }
  | { readonly address: string; readonly durable?: boolean }
  | { readonly channel: string }
  | { readonly topic: string }
  | { readonly exchange: string; readonly key: string };

const address: JsonObject = { type: 'string', pattern: addressPattern };
const key: JsonObject = { type: 'string', maxLength: 255 };
const name: JsonObject = { type: 'string', minLength: 1, maxLength: 255 };
const closed = (properties: JsonObject, required: string[]): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const forms: Readonly<Record<string, JsonObject>> = {
  queue: closed({ queue: name }, ['queue']),
  address: closed({ address, durable: { type: 'boolean' } }, ['address']),
  channel: closed({ channel: address }, ['channel']),
  topic: closed({ topic: name }, ['topic']),
  exchange: closed({ exchange: name, key }, ['exchange', 'key']),
};
/** For the document; `replayTargetOf` says which field is wrong. */
export const replayToSchema: JsonObject = { oneOf: Object.values(forms) };
/** The same, loose: one list of faults instead of one for each form. */
export const looseReplayTo = closed(
  { queue: name, address, durable: { type: 'boolean' }, channel: address, topic: name, exchange: name, key },
  [],
);

export interface ReplayTarget {
  readonly target: Target;
  /** For the audit. */
  readonly words: string;
}

type Named = { readonly [Field in 'queue' | 'address' | 'channel' | 'topic' | 'exchange' | 'key']: string } & {
  readonly durable?: boolean;
};
const toAddress = ({ address: party, durable }: Named): ReplayTarget =>
  durable
    ? { target: routes.mailbox(party), words: `mailbox ${party}` }
    : { target: routes.live(party), words: `address ${party}` };

/** By the fields that are given. */
const readers: Readonly<Record<string, ((to: Named) => ReplayTarget) | undefined>> = {
  queue: ({ queue }) => toQueue(queue, 'to.queue'),
  address: toAddress,
  'address,durable': toAddress,
  channel: ({ channel }) => ({ target: routes.channel(channel), words: `channel ${channel}` }),
  topic: ({ topic }) => ({ target: routes.event(topic), words: `topic ${topic}` }),
  'exchange,key': ({ exchange, key: by }) => {
    if (exchange === exchanges.deadLetters.name) throw backAgain('to.exchange');
    return { target: { exchange, key: by }, words: `exchange ${exchange} by ${by}` };
  },
};

/** Throws ValidationError unless exactly one place is named, and that is none that letters must not go to. */
export function replayTargetOf(to: ReplayTo | undefined, origin: string): ReplayTarget {
  if (to === undefined) return toQueue(origin, 'to');
  const read = readers[Object.keys(to).sort().join(',')];
  if (read) return read(to as Named);
  const message = 'must be one of {queue}, {address, durable?}, {channel}, {topic}, {exchange, key}';
  throw new ValidationError([{ path: 'to', message }]);
}

function toQueue(queue: string, path: string): ReplayTarget {
  if (queue === queues.deadLetters.name) throw backAgain(path);
  if (queue === '') {
    throw new ValidationError([{ path: 'to', message: 'is required: this letter was in no queue before' }]);
  }
  return { target: { exchange: '', key: queue }, words: `queue ${queue}` };
}

function backAgain(path: string): ValidationError {
  return new ValidationError([{ path, message: 'is where dead letters come from; name another place' }]);
}
