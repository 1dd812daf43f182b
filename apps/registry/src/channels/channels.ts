import { createValidator, outgoing, routes } from '@baton/bus';
import {
  addressPattern,
  type AgentRegister,
  type Channel,
  type ChannelCreate,
  channelJoined,
  type ChannelJoin,
  channelLeft,
  type ChannelLeave,
  type FieldFault,
  type Membership,
  type MembershipsList,
  NotFoundError,
  ValidationError,
} from '@baton/contracts';
import {
  channelLimits,
  createChannel,
  deleteChannel,
  getChannel,
  joinChannel,
  leaveChannel,
  listChannels,
  listMembers,
  membershipsOf,
} from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { type Asker } from './asker';
import { ChannelRights } from './channel-rights';
import { checkTypes } from './check-types';
import { MailboxKeeper } from './mailbox-keeper';

const faultsOfAddress = createValidator({ type: 'string', pattern: addressPattern });

/** Channels and who is in them: in the database, then at the broker, then whom it concerns is told. */
@Injectable()
export class Channels {
  constructor(
    private readonly desk: Desk,
    private readonly keeper: MailboxKeeper,
    private readonly rights: ChannelRights,
  ) {}

  /** Throws ValidationError for schemas that do not compile, StateConflictError when the name is taken. */
  create(channel: ChannelCreate, { actor }: Asker): Promise<Channel> {
    checkTypes(channel.types ?? {});
    return createChannel(this.desk.database, channel, actor);
  }

  /** The memberships end with it; each member is told. Throws NotFoundError. */
  async delete(channel: string, asker: Asker): Promise<void> {
    await this.rights.ensureMayDelete(channel, asker);
    const { actor } = asker;
    const { members, durable } = await deleteChannel(this.desk.database, channel, actor);
    for (const member of durable) await this.keeper.settle(member);
    for (const member of members) await this.tellLeft({ channel, member }, `${actor} deleted the channel`);
  }

  /** Idempotent. Throws NotFoundError when there is no such channel and none is to be made. */
  async join(join: ChannelJoin, asker: Asker): Promise<Membership> {
    await this.rights.ensureSpeaksFor(join.member, asker);
    const { actor, isOther } = asker;
    const { membership, changed } = await joinChannel(this.desk.database, join, actor);
    if (changed || membership.durable) await this.keeper.settle(join.member);
    if (isOther) await this.tellJoined(membership);
    return membership;
  }

  /** Idempotent, also when there is no such channel any more. */
  async leave({ channel, member }: ChannelLeave, asker: Asker): Promise<void> {
    await this.rights.ensureSpeaksFor(member, asker);
    const { actor, isOther } = asker;
    await leaveChannel(this.desk.database, { channel, member }, actor);
    await this.keeper.settle(member);
    if (isOther) await this.tellLeft({ channel, member }, `${actor} ended the membership`);
  }

  list(): Promise<Channel[]> {
    return listChannels(this.desk.database, { limit: channelLimits.channels });
  }

  /** Throws NotFoundError for a channel that does not exist. */
  async memberships({ channel, member }: MembershipsList): Promise<Membership[]> {
    const { database } = this.desk;
    if (channel === undefined) return membershipsOf(database, member ?? '');
    if (!(await getChannel(database, channel))) throw new NotFoundError('CHANNEL_NOT_FOUND', `The channel ${channel}`);
    return listMembers(database, channel, { limit: channelLimits.members });
  }

  /** Throws ValidationError when an agent with such a name, or such channels, could not be a member. */
  checkDeclared({ name, channels }: Pick<AgentRegister, 'name' | 'channels'>): void {
    if (channels.length === 0) return;
    const named = [['name', name], ...channels.map((channel, index) => [`channels[${index}]`, channel])] as const;
    const faults = named.flatMap(([path = '', value]): FieldFault[] =>
      faultsOfAddress(value).map(({ message }) => ({ path, message })),
    );
    if (faults.length > 0) throw new ValidationError(faults);
  }

  /** An agent is a member of the channels it declares; those that are missing are made. */
  async joinDeclared({ agentId, name, channels }: Pick<AgentRegister, 'agentId' | 'name' | 'channels'>): Promise<void> {
    for (const channel of channels) {
      const join = { channel, member: name, create: true };
      const { membership, changed } = await joinChannel(this.desk.database, join, `agent:${agentId}`);
      if (changed) await this.tellJoined(membership);
    }
  }

  /** A hint: whoever misses it asks for its memberships at its next start or reconnect. */
  private async tellJoined(membership: Membership): Promise<void> {
    await this.desk.bus.publish(routes.live(membership.member), outgoing(channelJoined, membership));
  }

  private async tellLeft(left: ChannelLeave, reason: string): Promise<void> {
    await this.desk.bus.publish(routes.live(left.member), outgoing(channelLeft, { ...left, reason }));
  }
}
