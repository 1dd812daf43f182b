import { type Address, type MessageKind } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Bus, type QueueSpec } from '../bus';
import { type Messenger } from '../messaging/messenger';
import { routes } from '../topology';

export interface BatonServerOptions {
  readonly bus: Bus;
  readonly logger: Logger;
  /** Part of the names of the queues of event handlers: one queue per pattern, shared by all replicas of the service. */
  readonly service: string;
  /** Where requests for `@MessagePattern` handlers arrive, shared by all replicas: `requestsTo('shop')`. */
  readonly requests?: QueueSpec;
  /** For handlers of direct messages and channels. It is closed with the server. */
  readonly messenger?: Messenger;
  /** Kinds the handlers take: data that does not fit never reaches them. Patterns of requests are their types. */
  readonly kinds?: readonly MessageKind<unknown>[];
  /** Messages of one queue handled at once. Default 16. */
  readonly concurrency?: number;
}

/**
 * A queue of requests to an address, which replicas share: each request goes to one of them. It outlives them, so that
 * while none is there requests wait until their time is over.
 */
export function requestsTo(address: Address): QueueSpec {
  return {
    name: `baton.requests.${address}`,
    life: 'durable',
    bindings: [routes.live(address)],
    maxLength: 10_000,
    overflow: 'refuse',
  };
}
