import { type Channel, type ChannelTypes, type Mailbox, type Membership } from '@baton/contracts';

/** Rows as the statements of this folder return them. */
export interface ChannelRow {
  readonly name: string;
  readonly description: string | null;
  readonly types: string;
  readonly members: number;
  readonly createdBy: string;
  readonly createdAt: Date;
}
export const CHANNEL_COLUMNS = `c.name, c.description, c.types, c.created_by as "createdBy", c.created_at as "createdAt",
  (select count(*)::int from channel_members m where m.channel = c.name) as members`;

export function toChannel({ types, createdAt, ...row }: ChannelRow): Channel {
  return { ...row, types: JSON.parse(types) as ChannelTypes, createdAt: createdAt.toISOString() };
}

export interface MembershipRow {
  readonly channel: string;
  readonly member: string;
  readonly durable: boolean;
  readonly types: string;
  readonly joinedAt: Date;
}

export function toMembership({ types, joinedAt, ...row }: MembershipRow): Membership {
  return { ...row, types: JSON.parse(types) as ChannelTypes, joinedAt: joinedAt.toISOString() };
}

export interface MailboxRow {
  readonly address: string;
  readonly openedBy: string;
  readonly openedAt: Date;
}

export function toMailbox({ openedAt, ...row }: MailboxRow): Mailbox {
  return { ...row, openedAt: openedAt.toISOString() };
}
