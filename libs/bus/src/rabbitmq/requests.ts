import { IllegalOperationError, type ConfirmChannel, type ConsumeMessage, type Message } from 'amqplib';
import { requestFailed, type CloudEvent, type Problem } from '@baton/contracts';
import { type Target } from '../bus';
import { decode } from '../codec';
import {
  BrokerUnavailableError,
  MessageInvalidError,
  RequestFailedError,
  RequestTimeoutError,
  UnroutableError,
} from '../errors';
import { type Outbound } from './outbound';
import { openChannel, type Session } from './session';

const replyTo = 'amq.rabbitmq.reply-to';

interface Pending {
  readonly target: Target;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (event: CloudEvent<unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** Request-response by direct reply-to: every request ends by an answer, a return, the loss of the connection or its time. */
export class Requests {
  private readonly pending = new Map<string, Pending>();
  private channel: ConfirmChannel | undefined;
  private closed = false;
  private count = 0;

  async open(session: Session): Promise<void> {
    const channel = await openChannel(session.publishing, 'plain', () => this.gone(channel, session));
    channel.on('return', (message: Message) => this.returned(message));
    await channel.consume(replyTo, (message) => this.answered(message), { noAck: true });
    this.channel = channel;
  }

  /** Sends a request that is encoded already; `type` is for messages. */
  ask(target: Target, type: string, outbound: Outbound, timeoutMs: number): Promise<CloudEvent<unknown>> {
    return new Promise((resolve, reject) => {
      const channel = this.channel;
      if (!channel) return reject(lost(target));
      const correlationId = String(++this.count);
      const expire = (): void => this.settle(correlationId)?.reject(new RequestTimeoutError(type, timeoutMs));
      this.pending.set(correlationId, { target, resolve, reject, timer: setTimeout(expire, timeoutMs) });
      try {
        const properties = { ...outbound.properties, mandatory: true, replyTo, correlationId };
        channel.publish(outbound.exchange, outbound.key, outbound.content, properties);
      } catch (error) {
        const gone = error instanceof IllegalOperationError;
        this.settle(correlationId)?.reject(gone ? lost(target) : (error as Error));
      }
    });
  }

  close(): void {
    this.closed = true;
    this.channel = undefined;
    this.failAll();
  }

  private answered(message: ConsumeMessage | null): void {
    const pending = message && this.settle(String(message.properties.correlationId));
    if (!pending) return; // too late, or not ours
    const decoded = decode(message.content, message.properties.contentType);
    const event = 'events' in decoded ? decoded.events[0] : undefined;
    if (!event) {
      const why = 'fault' in decoded ? decoded.fault : 'it is empty';
      pending.reject(new MessageInvalidError(`The answer from "${pending.target.key}" breaks the wire format: ${why}`));
    } else if (event.type === requestFailed.type) pending.reject(new RequestFailedError(toProblem(event.data)));
    else pending.resolve(event);
  }

  private returned(message: Message): void {
    const pending = this.settle(String(message.properties.correlationId));
    pending?.reject(new UnroutableError(pending.target));
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
      pending?.reject(lost(pending.target));
    }
  }
}

function lost(target: Target): BrokerUnavailableError {
  return new BrokerUnavailableError(
    `The connection to RabbitMQ was lost before "${target.key}" answered. The request may have been carried out; ask again with the same id.`,
  );
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
