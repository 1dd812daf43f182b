import { type Mailbox, NotFoundError, StateConflictError } from '@baton/contracts';
import { type Database } from '../database';
import { statement } from '../sql';
import { runLocked } from './channel-lock';
import { type MailboxRow, toMailbox } from './channel-rows';

const OPEN = statement(
  'mailbox-open',
  `with box as (
     insert into mailboxes (address, opened_by) values ($1, $2) on conflict (address) do nothing returning *
   ), kept as (
     delete from mailbox_leftovers where address = $1 and channel is null
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor, reason, details)
     select 'mailbox', id, 1, 'opened', $2, $1, json_build_object('address', $1::text)::text from box
   )
   select address, opened_by as "openedBy", opened_at as "openedAt" from box
   union all
   select address, opened_by, opened_at from mailboxes where address = $1`,
);

/** The mailbox is open, audited when it was not. */
export async function openMailbox(database: Database, address: string, actor: string): Promise<Mailbox> {
  const [row] = await runLocked<MailboxRow>(database, OPEN, [address, actor]);
  return toMailbox(row as MailboxRow);
}

const CLOSE = statement(
  'mailbox-close',
  `with bound as (
     select channel from channel_members where member = $1 and durable order by channel limit 5
   ), box as (
     delete from mailboxes where address = $1 and not exists (select from bound) returning id
   ), over as (
     insert into mailbox_leftovers (address, discard) select $1, $2 from box
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, actor, reason, details)
     select 'mailbox', id, 2, 'opened', 'closed', $3, $1,
            json_build_object('address', $1::text, 'discard', $2::boolean)::text
       from box
   )
   select exists (select from box) as closed, array(select channel from bound) as channels`,
);

/**
 * The mailbox is closed, audited; its queue is a leftover, to be removed (with what waits in it when `discard`).
 * Throws NotFoundError, and StateConflictError while durable memberships need it.
 */
export async function closeMailbox(
  database: Database,
  { address, discard }: { readonly address: string; readonly discard: boolean },
  actor: string,
): Promise<void> {
  const [row] = await runLocked<{ closed: boolean; channels: string[] }>(database, CLOSE, [address, discard, actor]);
  if (row?.closed) return;
  if (!row?.channels.length) throw new NotFoundError('MAILBOX_NOT_FOUND', `The mailbox of ${address}`);
  throw new StateConflictError(
    `The mailbox of ${address} keeps what is said in ${row.channels.join(', ')}. Let it leave there, or join not durable, first.`,
  );
}
