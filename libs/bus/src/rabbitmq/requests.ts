import { IllegalOperationError, type ConfirmChannel, type ConsumeMessage, type Message } from 'amqplib';
import { requestFailed, type CloudEvent, type Problem } from '@baton/contracts';
import { type Target } from '../bus';
import { decode } from '../codec';
import {
  BrokerUnavailableError,
  MessageInvalidError,
  RecipientFullError,
  RequestFailedError,
  RequestTimeoutError,
  UnroutableError,
} from '../errors';
import { type Outbound, sign } from './outbound';
import { openChannel, type Session } from './session';

const replyTo = 'amq.rabbitmq.reply-to';

/** A request that is encoded already; `type` is for messages. */
export interface Question {
  readonly target: Target;
  readonly type: string;
  readonly outbound: Outbound;
  readonly timeoutMs: number;
}

/** Who waits for answers to one question. */
interface Pending {
  readonly target: Target;
  readonly timer: NodeJS.Timeout;
  /** True when that was the last answer it wants. */
  answer(message: ConsumeMessage): boolean;
  fail(error: Error): void;
}

/** Request-response by direct reply-to: every request ends by an answer, a return, a nack, the loss of the connection or its time. */
export class Requests {
  private readonly pending = new Map<string, Pending>();
  private channel: ConfirmChannel | undefined;
  private user: string | undefined;
  private closed = false;
  private count = 0;

  async open(session: Session): Promise<void> {
    const channel = await openChannel(session.publishing, 'confirm', () => this.gone(channel, session));
    channel.on('return', (message: Message) => this.returned(message));
    await channel.consume(replyTo, (message) => this.answered(message), { noAck: true });
    this.channel = channel;
    this.user = session.user;
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
      this.send(question, { answer, fail }, end);
    });
  }

  private send(question: Question, asker: Pick<Pending, 'answer' | 'fail'>, expire: (id: string) => void): void {
    const { target, outbound } = question;
    const channel = this.channel;
    if (!channel) return asker.fail(lost(target));
    const correlationId = String(++this.count);
    const timer = setTimeout(expire, question.timeoutMs, correlationId);
    this.pending.set(correlationId, { target, timer, ...asker });
    try {
      const properties = { ...outbound.properties, mandatory: true, replyTo, correlationId };
      sign(properties, this.user);
      const confirmed = (error: unknown): void => this.confirmed(correlationId, error);
      channel.publish(outbound.exchange, outbound.key, outbound.content, properties, confirmed);
    } catch (error) {
      const gone = error instanceof IllegalOperationError;
      this.settle(correlationId)?.fail(gone ? lost(target) : (error as Error));
    }
  }

  close(): void {
    this.closed = true;
    this.channel = undefined;
    this.failAll();
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

  private gone(channel: ConfirmChannel, session: Session): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.failAll();
    if (this.closed || !session.alive) return;
    void this.open(session).catch((failure: unknown) => session.fail(failure as Error));
  }

  private failAll(): void {
    for (const id of [...this.pending.keys()]) {
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

/** The one event of an answer. */
function answerIn(message: ConsumeMessage, target: Target): CloudEvent<unknown> | MessageInvalidError {
  const decoded = decode(message.content, message.properties.contentType);
  const event = 'events' in decoded ? decoded.events[0] : undefined;
  if (event) return event;
  const why = 'fault' in decoded ? decoded.fault : 'it is empty';
  return new MessageInvalidError(`The answer from "${target.key}" breaks the wire format: ${why}`);
}

/** Stands for an answer among others that cannot be read. */
function unreadable(error: MessageInvalidError, message: ConsumeMessage): CloudEvent<unknown> {
  const id = String(message.properties.messageId ?? message.properties.correlationId);
  const data = toProblem({ title: 'Message invalid', status: 400, detail: error.message, code: error.code });
  return { specversion: '1.0', id, source: 'unknown', type: requestFailed.type, data };
}

/** A problem document of a stranger: what is missing is filled in, so that the error always reads well. */
function toProblem(data: unknown): Problem {
  const given = (typeof data === 'object' && data !== null ? data : {}) as Partial<Problem>;
  return {
    ...given,
    type: given.type ?? 'about:blank',
    title: given.title ?? 'Request failed',
    status: typeof given.status === 'number' ? given.status : 500,
    detail: typeof given.detail === 'string' ? given.detail : 'The responder gave no reason.',
    code: typeof given.code === 'string' ? given.code : 'INTERNAL',
  };
}
