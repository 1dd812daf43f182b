import { type CloudEvent, type MessageKind } from '@baton/contracts';
import { type Role } from '../auth/principal';

/** A request whose sender is known and may ask it; its data is not checked yet. */
export interface Asked {
  readonly event: CloudEvent<unknown>;
  /** As the audit names it: `user:admin`. */
  readonly actor: string;
}

/** Gives the answer, as JSON text, when there is one; at once when `signal` aborts. Holds nothing of the request. */
export type LongAnswer = (signal: AbortSignal) => Promise<string>;

/** One kind of request the door takes. */
export interface DoorRequest {
  readonly kind: MessageKind<unknown>;
  readonly reply: MessageKind<unknown>;
  /** One of these roles (or a greater one) is needed. */
  readonly roles: readonly Role[];
  /** Doing it twice does no more than once: a redelivered one may be carried out. */
  readonly repeatable: boolean;
  /** Resolves when it is done and safe: with the answer as JSON text, or with one that will take its time. */
  carryOut(asked: Asked): Promise<string | LongAnswer>;
}
