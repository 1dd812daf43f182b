import { type Membership, NotFoundError, StateConflictError } from '@baton/contracts';
import { type Database } from '../database';
import { statement } from '../sql';
import { channelLimits, tooManyChannels } from './change-channels';
import { runLocked } from './channel-lock';
import { type MembershipRow, toMembership } from './channel-rows';

export interface Joining {
  readonly channel: string;
  readonly member: string;
  /** What is said while the member is away waits in its mailbox, which is opened. Default: as it was, else false. */
  readonly durable?: boolean | undefined;
  /** Make the channel when there is none. */
  readonly create?: boolean | undefined;
}
export interface Joined {
  readonly membership: Membership;
  readonly changed: boolean;
}
interface JoinRow extends MembershipRow {
  readonly known: boolean;
  readonly creates: boolean;
  readonly full: boolean;
  readonly changed: boolean;
}

// `now` is what is to be; each part after it does what is missing, with its audit entries (I2).
const JOIN = statement(
  'channels-join',
  `with old as (
     select durable, joined_at from channel_members where channel = $1 and member = $2
   ), was as (
     select exists (select from channels where name = $1) as known, exists (select from old) as inside,
            (select count(*) from channel_members where channel = $1) >= $6 as "full",
            $4::boolean and not exists (select from channels where name = $1) as creates,
            (select count(*) from channels) >= $7 as "crowded",
            coalesce($3::boolean, (select durable from old), false) as durable
   ), now as (
     select w.*, (w.known or (w.creates and not w.crowded)) and
                 case when w.inside then w.durable <> (select durable from old) else not w.full end as changes
       from was w
   ), made as (
     insert into channels (name, types, created_by, seq) select $1, '{}', $5, 2 from now where creates and changes
     returning id, seq, types
   ), moved as (
     update channels set seq = seq + 1 from now where name = $1 and known and changes returning id, seq, types
   ), m as (
     insert into channel_members (channel, member, durable)
     select $1, $2, durable from now where changes
         on conflict (channel, member) do update set durable = excluded.durable
     returning durable, joined_at
   ), box as (
     insert into mailboxes (address, opened_by) select $2, $5 from now where changes and durable
         on conflict (address) do nothing
     returning id
   ), kept as (
     delete from mailbox_leftovers l using now
      where l.address = $2 and now.changes and now.durable and (l.channel = $1 or l.channel is null)
   ), unbound as (
     insert into mailbox_leftovers (address, channel) select $2, $1 from now where changes and inside and not durable
   ), entries as (
     select id, 1 as seq, 'created' as what from made
     union all select id, seq, 'joined' from made
     union all select id, seq, case when inside then 'changed' else 'joined' end from moved, now
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor, reason, details)
     select 'channel', id, seq, what, $5, case what when 'created' then $1 else $1 || ': ' || $2 end,
            case what when 'created' then json_build_object('channel', $1::text)
                      else json_build_object('channel', $1::text, 'member', $2::text, 'durable', durable) end::text
       from entries, now
     union all
     select 'mailbox', id, 1, 'opened', $5, $2, json_build_object('address', $2::text)::text from box
   )
   select $1 as channel, $2 as member, now.known, now.creates, now.full, now.changes as changed,
          coalesce(m.durable, old.durable) as durable, coalesce(m.joined_at, old.joined_at) as "joinedAt",
          coalesce((select types from made), (select types from channels where name = $1)) as types
     from now left join m on true left join old on true`,
);

/**
 * The member is in the channel, audited when it was not, or not so. Throws NotFoundError for a channel that is not to
 * be made, StateConflictError when it is full or as many channels exist as there may be.
 */
export async function joinChannel(database: Database, joining: Joining, actor: string): Promise<Joined> {
  const { channel, member, durable = null, create = false } = joining;
  const limits = [channelLimits.members, channelLimits.channels];
  const [row] = await runLocked<JoinRow>(database, JOIN, [channel, member, durable, create, actor, ...limits]);
  const { known, creates, full, changed, ...membership } = row as JoinRow;
  if (!known && !creates) throw new NotFoundError('CHANNEL_NOT_FOUND', `The channel ${channel}`);
  if (membership.joinedAt === null && known && full)
    throw new StateConflictError(
      `The channel ${channel} has ${channelLimits.members} members, as many as it may have.`,
    );
  if (membership.joinedAt === null) throw tooManyChannels();
  return { membership: toMembership(membership), changed };
}

const LEAVE = statement(
  'channels-leave',
  `with m as (
     delete from channel_members where channel = $1 and member = $2 returning durable
   ), c as (
     update channels set seq = seq + 1 where name = $1 and exists (select from m) returning id, seq
   ), bound as (
     insert into mailbox_leftovers (address, channel) select $2, $1 from m where durable
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor, reason, details)
     select 'channel', id, seq, 'left', $3, $1 || ': ' || $2,
            json_build_object('channel', $1::text, 'member', $2::text)::text
       from c
   )
   select durable from m`,
);

/** The membership is over, audited. Undefined: there was none. */
export async function leaveChannel(
  database: Database,
  { channel, member }: { readonly channel: string; readonly member: string },
  actor: string,
): Promise<{ readonly durable: boolean } | undefined> {
  const [row] = await runLocked<{ durable: boolean }>(database, LEAVE, [channel, member, actor]);
  return row;
}
