import {
  type Channel,
  channelCreate,
  type ChannelCreate,
  channelCreated,
  channelDelete,
  channelDeleted,
  channelJoin,
  channelJoined,
  channelLeave,
  channelLeft,
  mailboxClose,
  mailboxClosed,
  mailboxOpen,
  mailboxOpened,
  NotFoundError,
} from '@baton/contracts';
import { Database, getChannel, listChannels, listMailboxes, listMembers, type NamePage } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { type Principal } from '../auth/principal';
import { type MailboxView, type MemberView, PresenceView } from './presence-view';
import { RegistryClient } from './registry-client';

/** Channels and mailboxes as the API shows them, from the database; changes are the registry's. */
@Injectable()
export class ChannelDesk {
  constructor(
    private readonly database: Database,
    private readonly registry: RegistryClient,
    private readonly presence: PresenceView,
  ) {}

  list(page: NamePage, member?: string): Promise<Channel[]> {
    return listChannels(this.database, page, member);
  }

  /** Throws NotFoundError. */
  async get(name: string): Promise<Channel> {
    const channel = await getChannel(this.database, name);
    if (!channel) throw new NotFoundError('CHANNEL_NOT_FOUND', `The channel ${name}`);
    return channel;
  }

  /** Throws NotFoundError when there is no such channel. */
  async members(channel: string, page: NamePage): Promise<MemberView[]> {
    await this.get(channel);
    return this.presence.ofMembers(await listMembers(this.database, channel, page));
  }

  /** Throws StateConflictError when the name is taken, ValidationError for schemas that do not compile. */
  create(by: Principal, channel: ChannelCreate): Promise<Channel> {
    return this.registry.ask(by, channelCreate, channel, channelCreated);
  }

  async delete(by: Principal, name: string): Promise<void> {
    await this.registry.ask(by, channelDelete, { name }, channelDeleted);
  }

  async join(by: Principal, join: { channel: string; member: string; durable?: boolean }): Promise<MemberView> {
    const membership = await this.registry.ask(by, channelJoin, join, channelJoined);
    const [view] = await this.presence.ofMembers([membership]);
    return view as MemberView;
  }

  /** Idempotent; throws NotFoundError when there is no such channel. */
  async leave(by: Principal, leave: { channel: string; member: string }): Promise<void> {
    await this.get(leave.channel);
    await this.registry.ask(by, channelLeave, leave, channelLeft);
  }

  async mailboxes(page: NamePage): Promise<MailboxView[]> {
    return this.presence.ofMailboxes(await listMailboxes(this.database, page));
  }

  async openMailbox(by: Principal, address: string): Promise<MailboxView> {
    const [view] = await this.presence.ofMailboxes([
      await this.registry.ask(by, mailboxOpen, { address }, mailboxOpened),
    ]);
    return view as MailboxView;
  }

  /** Throws NotFoundError, and StateConflictError while messages or durable memberships need it. */
  async closeMailbox(by: Principal, address: string, discard: boolean): Promise<void> {
    await this.registry.ask(by, mailboxClose, { address, discard }, mailboxClosed);
  }
}
