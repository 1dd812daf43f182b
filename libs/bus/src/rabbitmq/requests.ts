import { IllegalOperationError, type Channel, type ConfirmChannel, type ConsumeMessage, type Message } from 'amqplib';
import { requestFailed, type CloudEvent } from '@baton/contracts';
import { type Target } from '../bus';
import {
  BrokerUnavailableError,
  RecipientFullError,
  RequestFailedError,
  RequestTimeoutError,
  UnroutableError,
} from '../errors';
import { type Outbound, sign } from './outbound';
import { answerIn, toProblem, unreadable } from './request-answer';
import { openChannel, type Session } from './session';

const replyTo = 'amq.rabbitmq.reply-to';
/**
 * Who would wait long, or together with so many others, asks for a confirm too: a full queue is then told at once and not
 * by the time running out. For the others it is not worth a tenth of the time of a request.
 */
const crowd = 64;
const patientMs = 5_000;

/** A request that is encoded already; `type` is for messages. */
export interface Question {
  readonly target: Target;
  readonly type: string;
  readonly outbound: Outbound;
  readonly timeoutMs: number;
  /** Whatever it costs. */
  readonly confirmed?: boolean;
}

/** Who waits for answers to one question. */
interface Waiting {
  /** True when that was the last answer it wants. */
  answer(message: ConsumeMessage): boolean;
  fail(error: Error): void;
}

interface Pending extends Waiting {
  readonly target: Target;
  readonly timer: NodeJS.Timeout;
  /** It was sent by, and by which its answers come. */
  readonly channel: ConfirmChannel;
}

/** Request-response by direct reply-to: every request ends by an answer, a return, a nack, the loss of the connection or its time. */
export class Requests {
  private readonly pending = new Map<string, Pending>();
  private session: Session | undefined;
  private plain: ConfirmChannel | undefined;
  private confirming: Promise<ConfirmChannel | undefined> | undefined;
  private closed = false;
  private count = 0;

  async open(session: Session): Promise<void> {
    if (this.session !== session) this.confirming = undefined;
    this.plain = await this.openFor(session, 'plain');
    this.session = session;
  }

  /** How many wait for answers. */
  get waiting(): number {
    return this.pending.size;
  }

  ask(question: Question): Promise<CloudEvent<unknown>> {
    const { target, type, timeoutMs } = question;
    return new Promise((resolve, reject) => {
      const expire = (id: string): void => this.settle(id)?.fail(new RequestTimeoutError(type, timeoutMs));
      const answer = (message: ConsumeMessage): boolean => {
        const event = answerIn(message, target);
        if (event instanceof Error) reject(event);
        else if (event.type === requestFailed.type) reject(new RequestFailedError(toProblem(event.data)));
        else resolve(event);
        return true;
      };
      this.send(question, { answer, fail: reject }, expire);
    });
  }

  /** The answers that come in time, at most `expect`. A problem is one of them, also that an answer cannot be read. */
  gather(question: Question, expect: number): Promise<readonly CloudEvent<unknown>[]> {
    return new Promise((resolve, reject) => {
      const answers: CloudEvent<unknown>[] = [];
      const end = (id: string): void => {
        if (this.settle(id)) resolve(answers);
      };
      const answer = (message: ConsumeMessage): boolean => {
        const event = answerIn(message, question.target);
        answers.push(event instanceof Error ? unreadable(event, message) : event);
        if (answers.length < expect) return false;
        resolve(answers);
        return true;
      };
      const fail = (error: Error): void => (answers.length > 0 ? resolve(answers) : reject(error));
      // Without a confirm, silence of all could be of those who are there as of those whose queue is full.
      this.send({ ...question, confirmed: true }, { answer, fail }, end);
    });
  }

  private send(question: Question, asker: Waiting, expire: (id: string) => void): void {
    const { plain, session } = this;
    if (!plain || !session) return asker.fail(lost(question.target));
    const alone = question.timeoutMs <= patientMs && this.pending.size < crowd;
    if (alone && !question.confirmed) return this.transmit(plain, question, asker, expire);
    void this.confirmingChannel(session).then((channel) => {
      if (channel && !this.closed) this.transmit(channel, question, asker, expire);
      else asker.fail(lost(question.target));
    });
  }

  private transmit(
    channel: ConfirmChannel,
    { target, outbound, timeoutMs }: Question,
    asker: Waiting,
    expire: (id: string) => void,
  ): void {
    const correlationId = String(++this.count);
    const timer = setTimeout(expire, timeoutMs, correlationId);
    this.pending.set(correlationId, { target, timer, channel, ...asker });
    try {
      const { exchange, key, content, properties } = outbound;
      Object.assign(properties, { mandatory: true, replyTo, correlationId });
      sign(properties, this.session?.user);
      if (channel === this.plain) (channel as Channel).publish(exchange, key, content, properties);
      else channel.publish(exchange, key, content, properties, (error) => this.confirmed(correlationId, error));
    } catch (error) {
      const gone = error instanceof IllegalOperationError;
      this.settle(correlationId)?.fail(gone ? lost(target) : (error as Error));
    }
  }

  close(): void {
    this.closed = true;
    this.plain = undefined;
    this.confirming = undefined;
    this.fail([...this.pending.keys()]);
  }

  /** Opened when it is first needed; undefined when the session ends meanwhile. */
  private confirmingChannel(session: Session): Promise<ConfirmChannel | undefined> {
    this.confirming ??= this.openFor(session, 'confirm').catch(() => undefined);
    return this.confirming;
  }

  private async openFor(session: Session, mode: 'plain' | 'confirm'): Promise<ConfirmChannel> {
    const channel = await openChannel(session.publishing, mode, () => this.gone(channel, session));
    channel.on('return', (message: Message) => this.returned(message));
    await channel.consume(replyTo, (message) => this.answered(message), { noAck: true });
    return channel;
  }

  private answered(message: ConsumeMessage | null): void {
    if (!message) return;
    const id = String(message.properties.correlationId);
    const pending = this.pending.get(id); // none: too late, or not ours
    if (pending?.answer(message)) this.settle(id);
  }

  private returned(message: Message): void {
    const pending = this.settle(String(message.properties.correlationId));
    pending?.fail(new UnroutableError(pending.target));
  }

  /** A nack: the queue is full. That the channel closed is told by `gone`. */
  private confirmed(correlationId: string, error: unknown): void {
    if (!error || (error as Error).message !== 'message nacked') return;
    const pending = this.settle(correlationId);
    pending?.fail(new RecipientFullError(pending.target));
  }

  private settle(correlationId: string): Pending | undefined {
    const pending = this.pending.get(correlationId);
    if (!pending) return undefined;
    this.pending.delete(correlationId);
    clearTimeout(pending.timer);
    return pending;
  }

  /** What was asked by this channel gets no answer any more. */
  private gone(channel: ConfirmChannel, session: Session): void {
    const wasPlain = this.plain === channel;
    if (wasPlain) this.plain = undefined;
    else if (this.session === session) this.confirming = undefined;
    this.fail([...this.pending].filter(([, pending]) => pending.channel === channel).map(([id]) => id));
    if (!wasPlain || this.closed || !session.alive) return;
    void this.open(session).catch((failure: unknown) => session.fail(failure as Error));
  }

  private fail(ids: readonly string[]): void {
    for (const id of ids) {
      const pending = this.settle(id);
      pending?.fail(lost(pending.target));
    }
  }
}

function lost(target: Target): BrokerUnavailableError {
  return new BrokerUnavailableError(
    `The connection to RabbitMQ was lost before "${target.key}" answered. The request may have been carried out; ask again with the same id.`,
  );
}
