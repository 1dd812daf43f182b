import { type Channel, type ChannelCreate, NotFoundError, StateConflictError } from '@baton/contracts';
import { type Database } from '../database';
import { statement } from '../sql';
import { runLocked } from './channel-lock';
import { CHANNEL_COLUMNS, type ChannelRow, toChannel } from './channel-rows';

/** As many channels as there may be, and members of one. */
export const channelLimits = { channels: 10_000, members: 10_000 } as const;

const CREATE = statement(
  'channels-create',
  `with room as (
     select (select count(*) from channels) >= $5 as full, exists (select from channels where name = $1) as taken
   ), c as (
     insert into channels (name, description, types, created_by)
     select $1, $2, $3, $4 from room where not taken and not "full"
     returning *
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor, reason, details)
     select 'channel', id, seq, 'created', $4, name, json_build_object('channel', name)::text from c
   )
   select room.taken, ${CHANNEL_COLUMNS} from room left join c on true`,
);

/** Stores the channel, audited. Throws StateConflictError: the name is taken, or there are as many as there may be. */
export async function createChannel(
  database: Database,
  { name, description, types = {} }: ChannelCreate,
  actor: string,
): Promise<Channel> {
  const values = [name, description ?? null, JSON.stringify(types), actor, channelLimits.channels];
  const [row] = await runLocked<ChannelRow & { taken: boolean }>(database, CREATE, values);
  if (row?.taken) throw new StateConflictError(`A channel named ${name} exists. Join it, or choose another name.`);
  if (!row?.name) throw tooManyChannels();
  const { taken: _taken, ...channel } = row;
  return toChannel(channel);
}

export function tooManyChannels(): StateConflictError {
  const most = channelLimits.channels;
  return new StateConflictError(`${most} channels exist, as many as there may be. Delete those that nobody needs.`);
}

const DELETE = statement(
  'channels-delete',
  `with m as (
     select member, durable from channel_members where channel = $1 order by member
   ), gone as (
     delete from channels where name = $1 returning id, seq, name
   ), bound as (
     insert into mailbox_leftovers (address, channel) select member, $1 from m where durable
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor, reason, details)
     select 'channel', id, seq + 1, 'deleted', $2, name,
            json_build_object('channel', name, 'members', (select count(*) from m))::text
       from gone
   )
   select array(select member from m) as members, array(select member from m where durable) as durable from gone`,
);

/** Who was in a channel that is gone: all, and those whose mailbox was bound to it. */
export interface FormerMembers {
  readonly members: readonly string[];
  readonly durable: readonly string[];
}

/** The channel and its memberships end, audited. Throws NotFoundError. */
export async function deleteChannel(database: Database, name: string, actor: string): Promise<FormerMembers> {
  const [row] = await runLocked<{ members: string[]; durable: string[] }>(database, DELETE, [name, actor]);
  if (!row) throw new NotFoundError('CHANNEL_NOT_FOUND', `The channel ${name}`);
  return row;
}
