import { IllegalOperationError, type ConfirmChannel, type Message } from 'amqplib';
import { type PublishOutcome } from '../bus';
import { BrokerUnavailableError, MessageInvalidError, UnroutableError } from '../errors';
import { ConfirmWindow } from './confirm-window';
import { Entry } from './confirm-entry';
import { describeFailure, exchangeAtFault } from './failure';
import { Fifo } from './fifo';
import { type DurableQueueType } from './declare';
import { type Outbound, sign } from './outbound';
import { Renewals } from './renewals';
import { openChannel, type Session } from './session';

/** A message that was on this many channels when they ended is the one that ends them. */
const maxLosses = 5;
const refusedAgainMs = 200;
/** After a reconnect others may still be on their way back with their queues, which a killed broker may have forgotten. */
const settleMs = 5000;
/** Confirms are waited for so long before a channel is changed under them. */
const renewWithinMs = 1000;

/** A message that is not encoded yet. */
interface Candidate {
  readonly durable: boolean;
  readonly encode: () => Outbound;
  readonly resolve: (outcome: PublishOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** Publishes under confirms: durable messages until the broker has them, others once (B2, B3, B5). */
export class ConfirmedPublisher {
  private readonly window: ConfirmWindow;
  private readonly admission = new Fifo<Candidate>();
  private readonly idlers: (() => void)[] = [];
  private readonly renewals: Renewals | undefined;
  private session: Session | undefined;
  private channel: ConfirmChannel | undefined;
  private user: string | undefined;
  private socketFull = false;
  private blocked = false;
  private sessions = 0;
  private openedAt = 0;
  private closed: Error | undefined;
  private refusalTimer: NodeJS.Timeout | undefined;
  /** Runs while nothing is sent because the channel is about to be changed. */
  private renewal: NodeJS.Timeout | undefined;

  constructor(limits: {
    readonly confirmWindow: number;
    readonly sendBuffer: number;
    readonly refusedAfterMs: number;
    readonly durableQueueType: DurableQueueType;
  }) {
    const { confirmWindow: window, sendBuffer: buffer, refusedAfterMs } = limits;
    this.window = new ConfirmWindow({ window, buffer, refusedAfterMs });
    if (limits.durableQueueType === 'quorum') this.renewals = new Renewals();
  }

  /** Takes up work on a new session; what is unconfirmed is sent again. */
  async open(session: Session): Promise<void> {
    if (this.session !== session) this.renewals?.reset();
    this.session = session;
    const channel = await openChannel(session.publishing, 'confirm', (error) => this.gone(channel, session, error));
    channel.on('return', (message: Message) => this.window.returned(message.properties.messageId));
    channel.on('drain', () => this.unblock('socketFull'));
    this.channel = channel;
    this.endRenewal();
    this.user = session.user;
    this.socketFull = false;
    this.blocked = false;
    this.sessions += 1;
    this.openedAt = performance.now();
    this.pump();
  }

  /** The broker asked publishers to pause, or to go on. */
  setBlocked(blocked: boolean): void {
    this.blocked = blocked;
    this.pump();
  }

  /** Whether the broker holds publishers back. */
  get isBlocked(): boolean {
    return this.blocked;
  }

  /** Whether confirms are due. */
  get isExpecting(): boolean {
    return this.window.sent > 0;
  }

  /** `encode` runs when there is room, so that what waits beyond the buffer costs nothing. */
  publish(durable: boolean, encode: () => Outbound): Promise<PublishOutcome> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(this.closed);
      if (!durable && (!this.channel || this.blocked)) return resolve('dropped');
      const candidate = { durable, encode, resolve, reject };
      if (this.window.full || this.admission.length > 0) return this.admission.push(candidate);
      this.admit(candidate);
      this.pump();
    });
  }

  /** Resolves when everything given so far is confirmed. */
  idle(): Promise<void> {
    if (this.isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.idlers.push(resolve));
  }

  close(): void {
    const unconfirmed = this.window.unconfirmed + this.admission.length;
    this.closed = new BrokerUnavailableError(
      'The bus was closed. Messages that were not confirmed may or may not have arrived; send them again after the restart.',
      { unconfirmed },
    );
    clearTimeout(this.refusalTimer);
    this.endRenewal();
    this.channel = undefined;
    this.window.abandon(this.closed);
    for (const candidate of this.admission.drain()) candidate.reject(this.closed);
    this.release();
  }

  private pump(): void {
    do this.transmitAll();
    while (this.letIn());
    if (this.isIdle()) this.release();
  }

  private transmitAll(): void {
    while (this.channel && !this.socketFull && !this.blocked && !this.renewal) {
      const entry = this.window.next();
      if (!entry) return;
      this.transmit(this.channel, entry);
    }
  }

  /** Whether anybody who waited for room got in. */
  private letIn(): boolean {
    let any = false;
    while (!this.window.full) {
      const candidate = this.admission.shift();
      if (!candidate) break;
      this.admit(candidate);
      any = true;
    }
    return any;
  }

  private admit({ durable, encode, resolve, reject }: Candidate): void {
    try {
      this.window.add(new Entry(encode(), durable, resolve, reject));
    } catch (error) {
      reject(asError(error));
    }
  }

  private transmit(channel: ConfirmChannel, entry: Entry): void {
    try {
      const { exchange, key, content, properties } = entry;
      sign(properties, this.user);
      const settle = (error: unknown): void => this.settle(entry, error);
      if (!channel.publish(exchange, key, content, properties, settle)) this.socketFull = true;
    } catch (error) {
      // A channel that ended a moment ago: its `close` sends the entry again. Anything else is the message's fault.
      if (error instanceof IllegalOperationError) return;
      const text = `The message cannot be sent as it is: ${describeFailure(error)}`;
      this.window.fail(entry, new MessageInvalidError(text, {}, error));
    }
  }

  private settle(entry: Entry, error: unknown): void {
    if (!error) {
      if (this.window.confirm(entry, this.isSettling())) this.pumpLater();
      this.pump();
    } else {
      if ((error as Error).message !== 'message nacked') return; // the channel closed: gone() deals with all at once
      this.refused(entry, performance.now());
    }
    if (this.renewal && this.window.sent === 0) this.changeChannel();
  }

  /** Where it may help, nothing is sent until all confirms are in; then it goes on by a new channel. */
  private refused(entry: Entry, now: number): void {
    if (entry.durable && !this.closed && !this.renewal && this.renewals?.due(now)) {
      this.renewal = setTimeout(() => this.changeChannel(), renewWithinMs);
    }
    if (this.window.refuse(entry, now)) this.pumpLater();
    else this.pump();
  }

  private changeChannel(): void {
    const { channel, session } = this;
    if (!channel || !session) return;
    this.channel = undefined;
    if (this.window.sent > 0) this.window.lose();
    this.window.rested(); // before what was not sent yet
    channel.close().catch(() => undefined); // it ended by itself: just as well
    void this.open(session).catch((failure: unknown) => session.fail(failure as Error));
  }

  private endRenewal(): void {
    clearTimeout(this.renewal);
    this.renewal = undefined;
  }

  private isSettling(): boolean {
    return this.sessions > 1 && performance.now() - this.openedAt < settleMs;
  }

  private pumpLater(): void {
    this.refusalTimer ??= setTimeout(() => {
      this.refusalTimer = undefined;
      this.window.rested();
      this.pump();
    }, refusedAgainMs);
  }

  private gone(channel: ConfirmChannel, session: Session, error: Error | undefined): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    const exchange = exchangeAtFault(error);
    this.window.lose((entry) => faultOf(entry, exchange, error));
    if (this.closed || !session.alive) return;
    void this.open(session).catch((failure: unknown) => session.fail(failure as Error));
  }

  private unblock(what: 'socketFull'): void {
    this[what] = false;
    this.pump();
  }

  private isIdle(): boolean {
    return this.window.unconfirmed === 0 && this.admission.length === 0;
  }

  private release(): void {
    for (const resolve of this.idlers.splice(0)) resolve();
  }
}

/** Why an entry that was on a lost channel must not be tried again; undefined when it may. */
function faultOf(entry: Entry, exchange: string | undefined, error: Error | undefined): Error | undefined {
  if (entry.exchange === exchange) return new UnroutableError(entry, describeFailure(error));
  if (entry.losses < maxLosses || !error) return undefined;
  return new MessageInvalidError(`The broker closes the channel on this message: ${describeFailure(error)}`, {}, error);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(describeFailure(thrown));
}
