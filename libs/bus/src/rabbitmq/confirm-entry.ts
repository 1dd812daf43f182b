import { type Options } from 'amqplib';
import { type PublishOutcome } from '../bus';
import { type Outbound } from './outbound';

/** A message on its way to a confirm. */
export class Entry implements Outbound {
  readonly exchange: string;
  readonly key: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
  /** That no queue takes it is fine, unless queues may be about to come back. */
  readonly mayMiss: boolean;
  returned = false;
  /** Its place among all that were given to be sent; whatever is sent again goes by it. */
  turn = 0;
  /** Channels that ended while this one was on them. */
  losses = 0;
  /** When the broker first did not take it (a nack), on the clock of the caller. */
  refusedAt: number | undefined = undefined;

  /** What no queue takes is always asked for of durable ones; `outbound` is the entry's own from here on. */
  constructor(
    outbound: Outbound,
    readonly durable: boolean,
    readonly resolve: (outcome: PublishOutcome) => void,
    readonly reject: (error: Error) => void,
  ) {
    this.exchange = outbound.exchange;
    this.key = outbound.key;
    this.content = outbound.content;
    this.properties = outbound.properties;
    this.mayMiss = durable && outbound.properties.mandatory !== true;
    if (this.mayMiss) this.properties.mandatory = true;
  }
}
