import { randomUUID } from 'node:crypto';
import {
  channelCreate,
  channelCreated,
  channelDelete,
  channelDeleted,
  channelJoin,
  channelJoined,
  channelLeave,
  channelLeft,
  channelsList,
  channelsListed,
  mailboxClose,
  mailboxClosed,
  mailboxOpen,
  mailboxOpened,
  membershipsList,
  membershipsListed,
  NotFoundError,
  StateConflictError,
  type Channel,
  type Membership,
} from '@baton/contracts';
import { createLogger } from '@baton/observability';
import {
  createMessenger,
  onMessage,
  outgoing,
  queues,
  respond,
  responder,
  type Bus,
  type MessageHandler,
  type Messenger,
  type MessengerOptions,
  type Received,
  type Responder,
  type Subscription,
} from '../src';
import { counted } from './bus-fixture';

const logger = createLogger('messaging-test', 'silent');

/** A name nobody else has. */
export function party(prefix = 'party'): string {
  return `${prefix}-${randomUUID()}`;
}

/** A messenger with patience for a registry that is slow, and no more. */
export function messengerOn(bus: Bus, name = party(), more: Partial<MessengerOptions> = {}): Messenger {
  return createMessenger({ bus, logger, addresses: [name], owner: party('owner'), registryPatienceMs: 500, ...more });
}

/** A handler of numbers, and those it got. */
export function numbersInto(got: number[]): MessageHandler {
  return onMessage(counted, ({ data }) => void got.push(data.n));
}

/** A handler of numbers, and all it was told with them. */
export function messagesInto(got: Received<{ n: number }>[]): MessageHandler {
  return onMessage(counted, (message) => void got.push(message));
}

/** Held until it is let go. */
export class Gate {
  open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}

/** A registry of channels in memory, on the real queue: what it promises, without its database. */
export class StandInRegistry {
  readonly channels = new Map<string, Channel>();
  memberships: Membership[] = [];
  readonly mailboxes = new Set<string>();
  asked: string[] = [];
  private subscription: Subscription | undefined;

  async start(bus: Bus): Promise<this> {
    this.subscription = await respond(bus, queues.registry, this.responders(), { logger });
    return this;
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  create(name: string, types: Channel['types'] = {}): Channel {
    const channel = { name, description: null, types, members: 0, createdBy: 'test', createdAt: now() };
    this.channels.set(name, channel);
    return channel;
  }

  enroll(channel: string, member: string, durable = false): Membership {
    const known = this.channels.get(channel);
    if (!known) throw new NotFoundError('CHANNEL_NOT_FOUND', `Channel ${channel}`);
    this.expel(channel, member);
    const membership = { channel, member, durable, types: known.types, joinedAt: now() };
    this.memberships.push(membership);
    return membership;
  }

  expel(channel: string, member: string): void {
    this.memberships = this.memberships.filter((one) => one.channel !== channel || one.member !== member);
  }

  private responders(): Responder[] {
    return [
      responder(channelCreate, ({ data }) => {
        if (this.channels.has(data.name)) throw new StateConflictError(`There is a channel ${data.name} already.`);
        return outgoing(channelCreated, this.create(data.name, data.types));
      }),
      responder(channelDelete, ({ data }) => {
        if (!this.channels.delete(data.name)) throw new NotFoundError('CHANNEL_NOT_FOUND', `Channel ${data.name}`);
        return outgoing(channelDeleted, data);
      }),
      responder(channelsList, () => outgoing(channelsListed, { channels: [...this.channels.values()] })),
      responder(channelJoin, ({ data: { channel, member, durable, create } }) => {
        if (create && !this.channels.has(channel)) this.create(channel);
        return outgoing(channelJoined, this.enroll(channel, member, durable));
      }),
      responder(channelLeave, ({ data }) => {
        this.expel(data.channel, data.member);
        return outgoing(channelLeft, { ...data, reason: null });
      }),
      responder(membershipsList, ({ data: { channel, member } }) => {
        this.asked.push(member ?? '');
        const of = this.memberships.filter((one) => one.member === member || one.channel === channel);
        return outgoing(membershipsListed, { memberships: of });
      }),
      responder(mailboxOpen, ({ data }) => {
        this.mailboxes.add(data.address);
        return outgoing(mailboxOpened, { ...data, openedBy: 'test', openedAt: now() });
      }),
      responder(mailboxClose, ({ data: { address } }) => {
        if (!this.mailboxes.delete(address)) throw new NotFoundError('MAILBOX_NOT_FOUND', `Mailbox ${address}`);
        return outgoing(mailboxClosed, { address });
      }),
    ];
  }
}

function now(): string {
  return new Date().toISOString();
}
