import { IllegalOperationError, type ConfirmChannel } from 'amqplib';
import { type PublishOutcome } from '../bus';
import { BrokerUnavailableError, MessageInvalidError } from '../errors';
import { describeFailure } from './failure';
import { type Outbound } from './outbound';
import { openChannel, type Session } from './session';

/** Publishes what is worth nothing later: sent once, confirmed by nobody, dropped while there is no way to send. */
export class LivePublisher {
  private channel: ConfirmChannel | undefined;
  private blocked = false;
  private closed = false;
  private room: Promise<void> | undefined;
  private makeRoom: () => void = () => undefined;
  private waiting = 0;

  constructor(private readonly limits: { readonly sendBuffer: number }) {}

  async open(session: Session): Promise<void> {
    const channel = await openChannel(session.publishing, 'plain', () => this.gone(channel, session));
    channel.on('drain', () => this.drained());
    this.channel = channel;
    this.blocked = false;
  }

  setBlocked(blocked: boolean): void {
    this.blocked = blocked;
  }

  publish(encode: () => Outbound): Promise<PublishOutcome> {
    if (this.closed) return Promise.reject(new BrokerUnavailableError('The bus is closed. Open a new one.'));
    return this.room ? this.afterDrain(encode) : this.transmit(encode);
  }

  close(): void {
    this.closed = true;
    this.channel = undefined;
    this.drained();
  }

  private async transmit(encode: () => Outbound): Promise<PublishOutcome> {
    if (!this.channel || this.blocked) return 'dropped';
    try {
      const { exchange, key, content, properties } = encode();
      if (!this.channel.publish(exchange, key, content, properties)) this.awaitRoom();
    } catch (error) {
      if (error instanceof IllegalOperationError) return 'dropped';
      if (error instanceof MessageInvalidError) throw error;
      throw new MessageInvalidError(`The message cannot be sent as it is: ${describeFailure(error)}`, {}, error);
    }
    await this.room;
    return 'sent';
  }

  private async afterDrain(encode: () => Outbound): Promise<PublishOutcome> {
    if (this.waiting >= this.limits.sendBuffer) return 'dropped';
    this.waiting++;
    try {
      while (this.room) await this.room;
    } finally {
      this.waiting--;
    }
    return this.transmit(encode);
  }

  private awaitRoom(): void {
    this.room ??= new Promise((resolve) => (this.makeRoom = resolve));
  }

  private drained(): void {
    this.room = undefined;
    this.makeRoom();
  }

  private gone(channel: ConfirmChannel, session: Session): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.drained();
    if (this.closed || !session.alive) return;
    void this.open(session).catch((failure: unknown) => session.fail(failure as Error));
  }
}
