import { type Channel, type Mailbox, type Membership } from '@baton/contracts';
import { type Sql, statement } from '../sql';
import {
  CHANNEL_COLUMNS,
  type ChannelRow,
  type MailboxRow,
  type MembershipRow,
  toChannel,
  toMailbox,
  toMembership,
} from './channel-rows';

/** A page by name: those after `after`. */
export interface NamePage {
  readonly limit: number;
  readonly after?: string | undefined;
}

const LIST = statement(
  'channels-list',
  `select ${CHANNEL_COLUMNS} from channels c
    where ($1::text is null or c.name > $1)
      and ($3::text is null or exists (select from channel_members m where m.member = $3 and m.channel = c.name))
    order by c.name limit $2`,
);

/** By name; those of a member when one is named. */
export async function listChannels(sql: Sql, page: NamePage, member?: string): Promise<Channel[]> {
  const rows = await sql.run<ChannelRow>(LIST, [page.after ?? null, page.limit, member ?? null]);
  return rows.map(toChannel);
}

const GET = statement('channels-get', `select ${CHANNEL_COLUMNS} from channels c where c.name = $1`);

export async function getChannel(sql: Sql, name: string): Promise<Channel | undefined> {
  const [row] = await sql.run<ChannelRow>(GET, [name]);
  return row && toChannel(row);
}

const MEMBERS = statement(
  'channels-members',
  `select m.channel, m.member, m.durable, m.joined_at as "joinedAt", c.types
     from channel_members m join channels c on c.name = m.channel
    where m.channel = $1 and ($2::text is null or m.member > $2)
    order by m.member limit $3`,
);

/** Who is in a channel, by name. */
export async function listMembers(sql: Sql, channel: string, page: NamePage): Promise<Membership[]> {
  const rows = await sql.run<MembershipRow>(MEMBERS, [channel, page.after ?? null, page.limit]);
  return rows.map(toMembership);
}

const MEMBERSHIPS = statement(
  'channels-memberships',
  `select m.channel, m.member, m.durable, m.joined_at as "joinedAt", c.types
     from channel_members m join channels c on c.name = m.channel
    where m.member = $1 order by m.channel`,
);

/** Where somebody is a member. */
export async function membershipsOf(sql: Sql, member: string): Promise<Membership[]> {
  return (await sql.run<MembershipRow>(MEMBERSHIPS, [member])).map(toMembership);
}

const MAILBOXES = statement(
  'mailboxes-list',
  `select address, opened_by as "openedBy", opened_at as "openedAt" from mailboxes
    where $1::text is null or address > $1 order by address limit $2`,
);

/** The open ones, by address. */
export async function listMailboxes(sql: Sql, page: NamePage): Promise<Mailbox[]> {
  return (await sql.run<MailboxRow>(MAILBOXES, [page.after ?? null, page.limit])).map(toMailbox);
}
