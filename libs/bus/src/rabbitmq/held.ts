import { type ConsumeMessage, type ConfirmChannel } from 'amqplib';
import { type Delivery } from '../bus';
import { AckWindow } from './ack-window';
import { type Session } from './session';

/** One life of a consumer's channel. Tags mean nothing outside it: once it is over, acks go nowhere. */
export class Line {
  readonly acks = new AckWindow();
  alive = true;
  consumerTag = '';
  queue = '';
  /** Keys of the bindings its queue has for certain. */
  readonly bound = new Set<string>();
  private flushing = false;

  constructor(
    readonly channel: ConfirmChannel,
    readonly session: Session,
  ) {}

  /** Acks it together with what else is settled in this turn. */
  ack(tag: number): void {
    this.acks.settle(tag);
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => this.flush());
  }

  /** Gives a delivery back to the queue, unless it was acked when it was taken. */
  giveBack(tag: number): void {
    if (!this.acks.forget(tag)) return;
    this.send(() => this.channel.nack(tagged(tag), false, true));
  }

  /** Sends the acks that are due. */
  flush(): void {
    this.flushing = false;
    for (const { tag, multiple } of this.acks.take()) this.send(() => this.channel.ack(tagged(tag), multiple));
  }

  /** A channel that ended a moment ago cannot ack; the broker delivers again. */
  private send(action: () => void): void {
    if (!this.alive) return;
    try {
      action();
    } catch {
      this.alive = false;
    }
  }
}

function tagged(deliveryTag: number): ConsumeMessage {
  return { fields: { deliveryTag } } as ConsumeMessage;
}

/** A delivery that has no verdict yet. */
export interface Held {
  readonly message: ConsumeMessage;
  readonly line: Line;
  delivery: Delivery;
  /** Times the handler threw on it. */
  failures: number;
  /** Times it was tried again, for the pace. */
  tries: number;
  /** It was in a batch that threw: handled alone from now on, so that it takes nobody with it. */
  alone: boolean;
  /** Told when a verdict is there, or none will come. */
  ended?: () => void;
}
