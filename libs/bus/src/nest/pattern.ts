import { type Address } from '@baton/contracts';
import { type Target } from '../bus';
import { MessageInvalidError } from '../errors';
import { checkAddress, checkKey } from '../messaging/destination';
import { routes } from '../topology';

/**
 * What a client sends and where to. A text is a type: a request of that type to the client's own recipient, an event
 * under that key. An object says more; `type` is the CloudEvents type.
 */
export type BatonPattern =
  | string
  | {
      readonly type: string;
      /** An address: direct. Several: multicast. */
      readonly to?: Address | readonly Address[];
      /** Broadcast to the members of a channel. */
      readonly channel?: string;
      /** An event under this key, for whoever subscribes. */
      readonly key?: string;
      /** The queue itself, shared by who reads it: requests only. */
      readonly queue?: string;
    };

/** Where a pattern leads; exactly one. */
export type Destination =
  | { readonly by: 'address'; readonly to: Address }
  | { readonly by: 'addresses'; readonly to: readonly Address[] }
  | { readonly by: 'channel'; readonly channel: string }
  | { readonly by: 'key'; readonly key: string }
  | { readonly by: 'queue'; readonly queue: string };

const TYPE = /^[^\s"\\\p{Cc}]{1,200}$/u;

/**
 * A pattern as a CloudEvents type: texts and `type` as they are, other objects (`{ cmd: 'sum' }`) as `cmd:sum`, the same
 * on both sides. `route` is the pattern as Nest writes it. Throws MessageInvalidError when it can be none.
 */
export function typeOf(pattern: unknown, route: string): string {
  const own = typeof pattern === 'object' && pattern !== null ? (pattern as { type?: unknown }).type : pattern;
  const type = typeof own === 'string' ? own : route.replace(/[{}"]/g, '');
  if (TYPE.test(type)) return type;
  throw new MessageInvalidError(
    `${JSON.stringify(type.slice(0, 120))} is no type of message: use 1 to 200 characters without spaces, quotes and backslashes.`,
  );
}

/** Where a pattern says it leads; undefined when it leaves that to the client. Throws MessageInvalidError. */
export function destinationOf(pattern: unknown): Destination | undefined {
  if (typeof pattern !== 'object' || pattern === null) return undefined;
  const { to, channel, key, queue } = pattern as Exclude<BatonPattern, string>;
  const given = [
    to === undefined
      ? []
      : [typeof to === 'string' ? ({ by: 'address', to } as const) : ({ by: 'addresses', to } as const)],
    channel === undefined ? [] : [{ by: 'channel', channel } as const],
    key === undefined ? [] : [{ by: 'key', key } as const],
    queue === undefined ? [] : [{ by: 'queue', queue } as const],
  ].flat();
  if (given.length <= 1) return given[0];
  throw new MessageInvalidError(
    `A pattern has one of to, channel, key and queue; this one ${JSON.stringify(pattern)}.`,
  );
}

/** The target of a request. Throws MessageInvalidError where a request cannot go. */
export function requestTarget(destination: Destination | undefined, type: string): Target {
  if (destination?.by === 'queue') return { exchange: '', key: destination.queue };
  if (destination?.by === 'address') {
    checkAddress(destination.to);
    return routes.live(destination.to);
  }
  const why = destination ? `a request cannot go by ${destination.by}` : 'it is not said where to';
  throw new MessageInvalidError(
    `The request ${type} has no recipient: ${why}. Give the client a recipient (\`to\`), or the pattern \`to\` or \`queue\`.`,
  );
}

/** The key of an event that is emitted by its type alone. */
export function eventKey(destination: Destination | undefined, type: string): string {
  const key = destination?.by === 'key' ? destination.key : type;
  checkKey(key);
  return key;
}
