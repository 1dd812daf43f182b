import { type Address, type CloudEvent } from '@baton/contracts';
import {
  type Bus,
  type GatherOptions,
  type Outgoing,
  type PublishOptions,
  type RequestOptions,
  type Target,
} from '../bus';
import { BrokerUnavailableError, MessageInvalidError, RecipientFullError, UnroutableError } from '../errors';
import { routes } from '../topology';
import { checkAddress, checkKey, checkRecipients } from './destination';
import { type Heard, type Sender, type SendOptions } from './messenger';

/** Longest time RabbitMQ takes for the life of a message. */
const maxExpirationMs = 4_294_967_295;
/** RabbitMQ routes by these; `multicast` is the way to them. */
const routingHeaders = new Set(['cc', 'bcc']);

/** A sender over the bus; it needs no address and no queue of its own. The bus stays its owner's. */
export function createSender(bus: Bus): Sender {
  return new BusSender(bus);
}

/** Every pattern as one publish, and its outcome as the sender wants to hear it. */
export class BusSender implements Sender {
  constructor(protected readonly bus: Bus) {}

  async send(to: Address, message: Outgoing, options: SendOptions = {}): Promise<void> {
    checkAddress(to);
    await this.deliver(options.durable ? routes.mailbox(to) : routes.live(to), message, options);
  }

  async multicast(to: readonly Address[], message: Outgoing, options: SendOptions = {}): Promise<void> {
    await this.deliver(toSeveral(to, options.durable ? routes.mailbox : routes.live), message, options);
  }

  async broadcast(channel: string, message: Outgoing, options: SendOptions = {}): Promise<Heard> {
    checkAddress(channel, 'channel');
    return this.say(routes.channel(channel), message, options);
  }

  async publish(key: string, message: Outgoing, options: SendOptions = {}): Promise<Heard> {
    checkKey(key);
    return this.say(routes.event(key), message, options);
  }

  async request<Reply>(to: Address, message: Outgoing, options: RequestOptions = {}): Promise<CloudEvent<Reply>> {
    checkAddress(to);
    checkHeaders(options.headers);
    return this.bus.request<Reply>(routes.live(to), message, options);
  }

  async gather(
    to: readonly Address[] | { readonly channel: string },
    message: Outgoing,
    options: GatherOptions,
  ): Promise<readonly CloudEvent<unknown>[]> {
    checkHeaders(options.headers);
    if ('channel' in to) {
      checkAddress(to.channel, 'channel');
      return this.bus.gather(routes.channel(to.channel), message, options);
    }
    return this.bus.gather(toSeveral(to, routes.live), message, { expect: to.length, ...options });
  }

  private async deliver(target: Target, message: Outgoing, options: SendOptions): Promise<void> {
    const heard = await this.say(target, message, options);
    if (heard === 'heard') return;
    throw new UnroutableError(
      target,
      options.durable ? 'no mailbox is open under this address' : 'nobody under this address is there',
    );
  }

  private async say(target: Target, message: Outgoing, options: SendOptions): Promise<Heard> {
    const outcome = await this.bus.publish(target, message, toPublishOptions(options));
    if (outcome === 'sent') return 'heard';
    if (outcome === 'unroutable') return 'unheard';
    if (outcome === 'refused') throw new RecipientFullError(target);
    throw new BrokerUnavailableError(
      `There is no connection to RabbitMQ, so the message to "${target.key}" was not sent. Send it again when it is back, or durable.`,
    );
  }
}

function toSeveral(to: readonly Address[], route: (address: Address) => Target): Target {
  checkRecipients(to);
  const [first, ...others] = to.map(route) as [Target, ...Target[]];
  return { ...first, cc: others.map((other) => other.key) };
}

function toPublishOptions({ durable = false, expirationMs, headers }: SendOptions): PublishOptions {
  if (expirationMs !== undefined && !(expirationMs >= 1 && expirationMs <= maxExpirationMs)) {
    throw new MessageInvalidError(`expirationMs is ${expirationMs}; give 1 to ${maxExpirationMs} milliseconds.`);
  }
  checkHeaders(headers);
  return { durable, mandatory: true, ...(expirationMs !== undefined && { expirationMs }), ...(headers && { headers }) };
}

function checkHeaders(headers: Readonly<Record<string, string>> = {}): void {
  const reserved = Object.keys(headers).find((name) => routingHeaders.has(name.toLowerCase()));
  if (reserved === undefined) return;
  throw new MessageInvalidError(`The header ${reserved} is RabbitMQ's own. Use multicast to reach several recipients.`);
}
