import {
  type Bus,
  createSender,
  type Heard,
  type Outgoing,
  RequestFailedError,
  routes,
  type Sender,
  type SendOptions,
  UnroutableError,
} from '@baton/bus';
import { type Address, type CloudEvent } from '@baton/contracts';
import { within } from './within';
import { type ChannelBook } from './channel-book';
import { type MessageBody } from './message-body';
import { recipientProblem } from './message-errors';
import { type MessageOutcome, type Recipient, recipientsOf } from './message-outcome';

/** Who sends, and under which id: the same id is the same message. */
export interface Letterhead {
  readonly source: string;
  readonly id: string;
  readonly traceparent: string | undefined;
}

const RECEIPTS_MS = 1000;
const REQUEST_MS = 5000;
type Result = Omit<MessageOutcome, 'id' | 'pattern'>;

/** Sends for people what services send themselves, and tells what became of it. */
export class MessageDesk {
  private readonly sender: Sender;

  constructor(
    private readonly bus: Bus,
    private readonly channels: ChannelBook,
  ) {
    this.sender = createSender(bus);
  }

  /** Throws UnroutableError, RecipientFullError, NotFoundError, ValidationError, BrokerUnavailableError. */
  async send(body: MessageBody, letterhead: Letterhead): Promise<MessageOutcome> {
    const message = toOutgoing(body, letterhead);
    const { id } = letterhead;
    return { id, pattern: body.pattern, ...(await within(id, this.dispatch(body, message), body)) };
  }

  private dispatch(body: MessageBody, message: Outgoing): Promise<Result> {
    switch (body.pattern) {
      case 'direct':
      case 'multicast':
        return this.address([body.to ?? []].flat(), body, message);
      case 'broadcast':
        return this.broadcast(body.channel ?? '', body, message);
      case 'publish-subscribe':
        return this.publish(body.topic ?? '', body, message);
      case 'request-response':
        return this.request(String(body.to), body, message);
    }
  }

  private async address(to: readonly Address[], body: MessageBody, message: Outgoing): Promise<Result> {
    if (body.durable) return this.store(to, body, message);
    const withinMs = body.receiptWithinMs ?? RECEIPTS_MS;
    if (withinMs > 0) {
      const answers = await this.sender.gather(to, message, { ...askingReceipts(body, withinMs), expect: to.length });
      const askedAs = await this.channels.askedBy(to);
      return { outcome: 'delivered', recipients: recipientsOf(to, answers, () => 'no-answer', askedAs) };
    }
    await this.deliver(to, body, message);
    return { outcome: 'delivered', recipients: [] };
  }

  private deliver(to: readonly Address[], body: MessageBody, message: Outgoing): Promise<void> {
    const options = toSendOptions(body);
    if (body.pattern === 'multicast') return this.sender.multicast(to, message, options);
    return this.sender.send(to[0] ?? '', message, options);
  }

  private async store(to: readonly Address[], body: MessageBody, message: Outgoing): Promise<Result> {
    await this.deliver(to, body, message);
    const open = await this.channels.openMailboxes(to);
    const recipients = to.map((address): Recipient => {
      // The broker took it from the only one: whatever the table says by now, its mailbox was there.
      const stored = to.length === 1 || open.has(address);
      return { address, outcome: stored ? 'stored' : 'unroutable', reason: stored ? null : 'no mailbox is open' };
    });
    return { outcome: 'stored', recipients };
  }

  private async broadcast(channel: string, body: MessageBody, message: Outgoing): Promise<Result> {
    await this.channels.check(channel, body.type, body.data);
    const members = await this.channels.members(channel);
    const durable = new Set(members.flatMap((member) => (member.durable ? [member.member] : [])));
    const names = members.map(({ member }) => member);
    const withinMs = body.receiptWithinMs ?? RECEIPTS_MS;
    if (body.durable || withinMs === 0) {
      const heard = await this.sender.broadcast(channel, message, toSendOptions(body));
      const told = heard === 'heard' ? names : [];
      return { outcome: heard, recipients: recipientsOf(told, [], (name) => storedOr(durable, name, 'unconfirmed')) };
    }
    const expect = names.length > 0 ? { expect: names.length } : {};
    const asked = { ...askingReceipts(body, withinMs), ...expect };
    const answers = await unlessUnheard(this.sender.gather({ channel }, message, asked));
    if (!answers) return { outcome: 'unheard', recipients: [] };
    return {
      outcome: 'heard',
      recipients: recipientsOf(names, answers, (name) => storedOr(durable, name, 'no-answer')),
    };
  }

  /** Whoever listens is nobody's business, unless receipts are asked for. */
  private async publish(topic: string, body: MessageBody, message: Outgoing): Promise<Result> {
    const withinMs = body.receiptWithinMs ?? 0;
    if (withinMs === 0) {
      const outcome: Heard = await this.sender.publish(topic, message, toSendOptions(body));
      return { outcome, recipients: [] };
    }
    const asked = this.bus.gather(routes.event(topic), message, askingReceipts(body, withinMs));
    const answers = await unlessUnheard(asked);
    return { outcome: answers ? 'heard' : 'unheard', recipients: recipientsOf([], answers ?? [], () => 'no-answer') };
  }

  private async request(to: Address, body: MessageBody, message: Outgoing): Promise<Result> {
    const timeoutMs = body.timeoutSeconds === undefined ? REQUEST_MS : Math.ceil(body.timeoutSeconds * 1000);
    try {
      const answer = await this.sender.request(to, message, { timeoutMs, ...headersOf(body) });
      return { outcome: 'answered', recipients: [{ address: to, outcome: 'handled', reason: null }], answer };
    } catch (error) {
      throw error instanceof RequestFailedError ? recipientProblem(to, error.problem) : error;
    }
  }
}

function toOutgoing({ type, data, subject }: MessageBody, { source, id, traceparent }: Letterhead): Outgoing {
  const kind = { type, summary: type, schema: true };
  const more = { ...(subject !== undefined && { subject }), ...(traceparent !== undefined && { traceparent }) };
  return { kind, data, source, id, ...more };
}

function headersOf({ headers }: MessageBody): Pick<SendOptions, 'headers'> {
  return headers ? { headers } : {};
}

function toSendOptions(body: MessageBody): SendOptions {
  const { durable = false, expirationMs } = body;
  return { durable, ...(expirationMs !== undefined && { expirationMs }), ...headersOf(body) };
}

/** A message is not a request: that nobody waits for the receipt any more is no reason not to handle it. */
function askingReceipts({ headers, expirationMs = Infinity }: MessageBody, withinMs: number) {
  return { withinMs, expirationMs, headers: { ...headers, 'baton-receipt': 'wanted' } };
}

function storedOr(durable: ReadonlySet<Address>, name: Address, other: Recipient['outcome']): Recipient['outcome'] {
  return durable.has(name) ? 'stored' : other;
}

async function unlessUnheard(asked: Promise<readonly CloudEvent<unknown>[]>) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnroutableError) return undefined;
    throw error;
  }
}
