import { IllegalOperationError, type ConfirmChannel } from 'amqplib';
import { type PublishOutcome } from '../bus';
import { BrokerUnavailableError, MessageInvalidError } from '../errors';
import { describeFailure } from './failure';
import { Fifo } from './fifo';
import { type Outbound, sign } from './outbound';
import { openChannel, type Session } from './session';

interface Waiting {
  readonly encode: () => Outbound;
  readonly resolve: (outcome: PublishOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Publishes what is worth nothing later: sent once, confirmed by nobody, dropped while there is no connection. A full
 * socket makes publish wait, in order; what waits is not encoded yet.
 */
export class LivePublisher {
  private channel: ConfirmChannel | undefined;
  private user: string | undefined;
  private socketFull = false;
  private blocked = false;
  private closed = false;
  private readonly waiting = new Fifo<Waiting>();

  async open(session: Session): Promise<void> {
    const channel = await openChannel(session.publishing, 'plain', () => this.gone(channel, session));
    channel.on('drain', () => this.drained());
    this.channel = channel;
    this.user = session.user;
    this.socketFull = false;
    this.blocked = false;
  }

  setBlocked(blocked: boolean): void {
    this.blocked = blocked;
    if (blocked) this.dropAll();
  }

  publish(encode: () => Outbound): Promise<PublishOutcome> {
    return new Promise((resolve, reject) => {
      const message = { encode, resolve, reject };
      if (this.closed) reject(new BrokerUnavailableError('The bus is closed. Open a new one.'));
      else if (!this.channel || this.blocked) resolve('dropped');
      else if (this.socketFull) this.waiting.push(message);
      else this.transmit(this.channel, message);
    });
  }

  close(): void {
    this.closed = true;
    this.channel = undefined;
    this.dropAll();
  }

  private transmit(channel: ConfirmChannel, message: Waiting): void {
    try {
      const { exchange, key, content, properties } = message.encode();
      sign(properties, this.user);
      if (!channel.publish(exchange, key, content, properties)) this.socketFull = true;
      message.resolve('sent');
    } catch (error) {
      if (error instanceof IllegalOperationError) message.resolve('dropped');
      else message.reject(asInvalid(error));
    }
  }

  private drained(): void {
    this.socketFull = false;
    while (this.channel && !this.socketFull) {
      const message = this.waiting.shift();
      if (!message) return;
      this.transmit(this.channel, message);
    }
  }

  private dropAll(): void {
    for (const message of this.waiting.drain()) message.resolve('dropped');
  }

  private gone(channel: ConfirmChannel, session: Session): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.dropAll();
    if (this.closed || !session.alive) return;
    void this.open(session).catch((failure: unknown) => session.fail(failure as Error));
  }
}

function asInvalid(error: unknown): MessageInvalidError {
  if (error instanceof MessageInvalidError) return error;
  return new MessageInvalidError(`The message cannot be sent as it is: ${describeFailure(error)}`, {}, error);
}
