import { type JsonSchema } from '../json';
import { defineMessage } from '../message';
import { dateTime, list, nullable, object, record, text } from '../schema-parts';
import { address, type Address } from './address';

/** Types of messages a channel takes, each with the JSON Schema of its data. Empty: any type, unchecked. */
export type ChannelTypes = Readonly<Record<string, JsonSchema>>;
const types = record({ anyOf: [{ type: 'object' }, { type: 'boolean' }] });
const description = { type: 'string', maxLength: 2000 } as const;

/** A channel as the API and the registry show it. */
export interface Channel {
  readonly name: string;
  readonly description: string | null;
  readonly types: ChannelTypes;
  readonly members: number;
  readonly createdBy: string;
  readonly createdAt: string;
}
const channel = object({
  name: address,
  description: nullable(text),
  types,
  members: { type: 'integer', minimum: 0 },
  createdBy: text,
  createdAt: dateTime,
});

/** A membership. `durable`: what is said while the member is away waits in its mailbox. */
export interface Membership {
  readonly channel: string;
  readonly member: Address;
  readonly durable: boolean;
  readonly types: ChannelTypes;
  readonly joinedAt: string;
}
const membership = object({
  channel: address,
  member: address,
  durable: { type: 'boolean' },
  types,
  joinedAt: dateTime,
});

/** Anybody → registry (request): a new channel. STATE_CONFLICT when the name is taken. */
export interface ChannelCreate {
  readonly name: string;
  readonly description?: string;
  readonly types?: ChannelTypes;
}
export const channelCreate = defineMessage<ChannelCreate>({
  type: 'io.baton.channel.create.v1',
  summary: 'Create a channel.',
  schema: object({ name: address, 'description?': description, 'types?': types }),
});
export const channelCreated = defineMessage<Channel>({
  type: 'io.baton.channel.created.v1',
  summary: 'The channel, in answer to create.',
  schema: channel,
});

/** Anybody → registry (request): the channel and all its memberships end. CHANNEL_NOT_FOUND. */
export const channelDelete = defineMessage<{ readonly name: string }>({
  type: 'io.baton.channel.delete.v1',
  summary: 'Delete a channel with its memberships.',
  schema: object({ name: address }),
});
export const channelDeleted = defineMessage<{ readonly name: string }>({
  type: 'io.baton.channel.deleted.v1',
  summary: 'The channel is gone.',
  schema: object({ name: address }),
});

/** Member → registry (request): idempotent. `create`: make the channel when there is none, else CHANNEL_NOT_FOUND. */
export interface ChannelJoin {
  readonly channel: string;
  readonly member: Address;
  readonly durable?: boolean;
  readonly create?: boolean;
}
export const channelJoin = defineMessage<ChannelJoin>({
  type: 'io.baton.channel.join.v1',
  summary: 'Become a member of a channel.',
  schema: object({
    channel: address,
    member: address,
    'durable?': { type: 'boolean' },
    'create?': { type: 'boolean' },
  }),
});

/** Registry → member (reply to join; or to its live address, when somebody else made it a member): bind and listen. */
export const channelJoined = defineMessage<Membership>({
  type: 'io.baton.channel.joined.v1',
  summary: 'You are a member of this channel.',
  schema: membership,
});

/** Member → registry (request): idempotent. */
export interface ChannelLeave {
  readonly channel: string;
  readonly member: Address;
}
export const channelLeave = defineMessage<ChannelLeave>({
  type: 'io.baton.channel.leave.v1',
  summary: 'End a membership.',
  schema: object({ channel: address, member: address }),
});

/** Registry → member (reply to leave; or to its live address, when somebody else ended it): unbind. */
export const channelLeft = defineMessage<ChannelLeave & { readonly reason: string | null }>({
  type: 'io.baton.channel.left.v1',
  summary: 'You are no longer a member of this channel.',
  schema: object({ channel: address, member: address, reason: nullable(text) }),
});

/** Anybody → registry (request): all channels, by name. */
export const channelsList = defineMessage<Record<string, never>>({
  type: 'io.baton.channels.list.v1',
  summary: 'List channels.',
  schema: object({}),
});
export const channelsListed = defineMessage<{ readonly channels: readonly Channel[] }>({
  type: 'io.baton.channels.listed.v1',
  summary: 'All channels.',
  schema: object({ channels: list(channel) }),
});

/** Anybody → registry (request): who is in a channel (`channel`), or where a member is (`member`); exactly one is given. */
export interface MembershipsList {
  readonly channel?: string;
  readonly member?: Address;
}
export const membershipsList = defineMessage<MembershipsList>({
  type: 'io.baton.memberships.list.v1',
  summary: 'List the members of a channel, or the channels of a member.',
  schema: { ...object({ 'channel?': address, 'member?': address }), minProperties: 1, maxProperties: 1 },
});
export const membershipsListed = defineMessage<{ readonly memberships: readonly Membership[] }>({
  type: 'io.baton.memberships.listed.v1',
  summary: 'Memberships.',
  schema: object({ memberships: list(membership) }),
});
