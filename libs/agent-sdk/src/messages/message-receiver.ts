import { type JoinOptions, type MessageHandler, type SubscribeOptions } from '@baton/bus';

/**
 * Takes messages for an agent. A Nest provider, named under `receivers` of the agent's options. What a handler throws is
 * the answer to a request; a message is tried again in its place, six times, then it is a dead letter. Throw
 * MessageInvalidError to refuse it at once.
 */
export interface MessageReceiver {
  /** What it takes, made with `onMessage`. Asked once, at the start. */
  handlers(): readonly MessageHandler[];
  /** Where it comes from; default: direct messages, to the name or the id of the agent. */
  readonly from?: MessageSource | undefined;
}

/** A channel, which is joined (and made when there is none); or events by the patterns of their keys. */
export type MessageSource =
  | (Omit<JoinOptions, 'create'> & { readonly channel: string })
  | (SubscribeOptions & { readonly events: readonly string[] });
