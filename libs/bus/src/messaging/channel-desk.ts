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
  type Address,
  type Channel,
  type ChannelCreate,
  type ChannelJoin,
  type ChannelLeave,
  type DataOf,
  type Mailbox,
  type MailboxClose,
  type Membership,
  type MessageKind,
} from '@baton/contracts';
import { outgoing, type Bus } from '../bus';
import { MessageInvalidError } from '../errors';
import { routes } from '../topology';
import { validatorOf } from '../validation';

/** Channels and mailboxes as the registry keeps them. Every call is one request; its problem is thrown with its code. */
export interface ChannelDesk {
  /** STATE_CONFLICT when the name is taken. */
  create(channel: ChannelCreate): Promise<Channel>;
  /** The channel and all its memberships end. CHANNEL_NOT_FOUND. */
  delete(channel: string): Promise<void>;
  /** All channels, by name. */
  list(): Promise<readonly Channel[]>;
  /** Who is in a channel. CHANNEL_NOT_FOUND. */
  members(channel: string): Promise<readonly Membership[]>;
  /** Where a party is a member. */
  memberships(member: Address): Promise<readonly Membership[]>;
  /** MAILBOX_NOT_FOUND; STATE_CONFLICT while messages wait in it, unless `discard` throws them away. */
  closeMailbox(address: Address, options?: Pick<MailboxClose, 'discard'>): Promise<void>;
}

/** What a messenger asks on its own behalf; listening is its business. */
export class RegistryDesk implements ChannelDesk {
  constructor(
    private readonly bus: Bus,
    private readonly timeoutMs = 5000,
  ) {}

  create(channel: ChannelCreate): Promise<Channel> {
    return this.ask(channelCreate, channel, channelCreated);
  }

  async delete(channel: string): Promise<void> {
    await this.ask(channelDelete, { name: channel }, channelDeleted);
  }

  async list(): Promise<readonly Channel[]> {
    return (await this.ask(channelsList, {}, channelsListed)).channels;
  }

  async members(channel: string): Promise<readonly Membership[]> {
    return (await this.ask(membershipsList, { channel }, membershipsListed)).memberships;
  }

  async memberships(member: Address): Promise<readonly Membership[]> {
    return (await this.ask(membershipsList, { member }, membershipsListed)).memberships;
  }

  join(join: ChannelJoin): Promise<Membership> {
    return this.ask(channelJoin, join, channelJoined);
  }

  async leave(leave: ChannelLeave): Promise<void> {
    await this.ask(channelLeave, leave, channelLeft);
  }

  openMailbox(address: Address): Promise<Mailbox> {
    return this.ask(mailboxOpen, { address }, mailboxOpened);
  }

  async closeMailbox(address: Address, options: Pick<MailboxClose, 'discard'> = {}): Promise<void> {
    await this.ask(mailboxClose, { address, ...options }, mailboxClosed);
  }

  private async ask<Kind extends MessageKind<unknown>, Reply>(
    kind: Kind,
    data: DataOf<Kind>,
    replyKind: MessageKind<Reply>,
  ): Promise<Reply> {
    const reply = await this.bus.request<Reply>(routes.registry, outgoing(kind, data), { timeoutMs: this.timeoutMs });
    const [fault] = validatorOf(replyKind)(reply.data);
    if (reply.type === replyKind.type && !fault) return reply.data;
    const why = fault ? `its data does not fit: ${fault.path} ${fault.message}` : `${replyKind.type} was expected`;
    throw new MessageInvalidError(
      `The registry answered ${kind.type} by ${reply.type}, and ${why}. Are both of one version?`,
    );
  }
}
