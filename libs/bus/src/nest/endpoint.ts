import { type MessageHandler as NestHandler } from '@nestjs/microservices';
import { type MessageKind } from '@baton/contracts';
import { checkAddress, checkPattern } from '../messaging/destination';
import { type MessageFilter } from '../messaging/filter/message-filter';

/** Options of one handler, given as the `extras` of its decorator. */
export interface HandlerExtras {
  /** Requests: the kind of the answer. Default: `<type of the request>.reply`, unchecked. */
  readonly reply?: MessageKind<unknown>;
  /**
   * Events: `false` for a queue that lives with this process; default true. Channels: true to be told what was said
   * while this service was away; default false.
   */
  readonly durable?: boolean;
  /** What passes reaches the handler. */
  readonly filter?: MessageFilter;
  /** The pattern is the type of a message to an address of this service's messenger. */
  readonly direct?: boolean;
  /** The pattern is the type of a message in this channel. */
  readonly channel?: string;
  /** Channels: make it when there is none. Default false. */
  readonly create?: boolean;
}

/** One decorated method. */
export interface Endpoint {
  /** Type of the message; of events by key, the pattern of keys. */
  readonly pattern: string;
  readonly handler: NestHandler;
  readonly extras: HandlerExtras;
}

/** What a server has to listen to. */
export interface Plan {
  /** From the shared queue of requests. */
  readonly requests: readonly Endpoint[];
  readonly direct: readonly Endpoint[];
  readonly channels: ReadonlyMap<string, readonly Endpoint[]>;
  /** One queue each. */
  readonly events: readonly {
    readonly pattern: string;
    readonly durable: boolean;
    readonly endpoints: readonly Endpoint[];
  }[];
}

/** Sorts endpoints by where their messages come from. Throws on those that could never hear anything, or would compete. */
export function planOf(endpoints: readonly Endpoint[]): Plan {
  const requests: Endpoint[] = [];
  const direct: Endpoint[] = [];
  const channels = new Map<string, Endpoint[]>();
  const events = new Map<string, { pattern: string; durable: boolean; endpoints: Endpoint[] }>();
  for (const endpoint of endpoints) {
    const { handler, pattern, extras } = endpoint;
    if (extras.channel !== undefined) listAt(channels, checkedChannel(extras)).push(endpoint);
    else if (extras.direct) direct.push(endpoint);
    else if (!handler.isEventHandler) requests.push(endpoint);
    else {
      checkPattern(pattern);
      const durable = extras.durable ?? true;
      const key = `${durable} ${pattern}`;
      const known = events.get(key) ?? { pattern, durable, endpoints: [] };
      known.endpoints.push(endpoint);
      events.set(key, known);
    }
  }
  refuseRivals(requests, 'the queue of requests');
  refuseRivals(direct, 'direct messages');
  return { requests, direct, channels, events: [...events.values()] };
}

function checkedChannel({ channel = '', direct }: HandlerExtras): string {
  if (direct)
    throw new TypeError(`A handler hears direct messages or the channel ${channel}, not both: use two handlers.`);
  checkAddress(channel, 'channel');
  return channel;
}

function listAt(lists: Map<string, Endpoint[]>, name: string): Endpoint[] {
  const known = lists.get(name);
  if (known) return known;
  const list: Endpoint[] = [];
  lists.set(name, list);
  return list;
}

/** One answers: of two that could, one would never be asked. */
function refuseRivals(endpoints: readonly Endpoint[], where: string): void {
  const answering = endpoints.filter(({ handler }) => !handler.isEventHandler).map(({ pattern }) => pattern);
  const twice = answering.find((pattern, index) => answering.indexOf(pattern) !== index);
  if (twice === undefined) return;
  throw new TypeError(`Two @MessagePattern handlers answer ${twice} of ${where}. Keep one.`);
}
