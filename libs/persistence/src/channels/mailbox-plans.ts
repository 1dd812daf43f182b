import { type Sql, statement } from '../sql';

/** What the broker should have for an address: its mailbox with these channels, and what is to be taken away. */
export interface MailboxPlan {
  readonly address: string;
  readonly open: boolean;
  readonly channels: readonly string[];
  readonly leftovers: readonly MailboxLeftover[];
}
export interface MailboxLeftover {
  readonly id: number;
  /** Null: the mailbox itself. */
  readonly channel: string | null;
  /** The mailbox goes with what waits in it. */
  readonly discard: boolean;
}

const columns = `a.address, exists (select from mailboxes b where b.address = a.address) as open,
  array(select channel from channel_members m where m.member = a.address and m.durable order by 1) as channels,
  (select coalesce(json_agg(json_build_object('id', id, 'channel', channel, 'discard', discard) order by id), '[]')
     from mailbox_leftovers l where l.address = a.address) as leftovers`;
const THESE = statement('mailboxes-plans-of', `select ${columns} from unnest($1::text[]) as a (address)`);
const PAGE = statement(
  'mailboxes-plans',
  `select ${columns} from (
     select address from mailboxes where address > $1 union select address from mailbox_leftovers where address > $1
      order by address limit $2) a
    order by address`,
);

/** The plans for these addresses at this moment, one each, in any order. */
export function readMailboxPlansOf(sql: Sql, addresses: readonly string[]): Promise<MailboxPlan[]> {
  return sql.run<MailboxPlan & { address: string }>(THESE, [addresses]);
}

/** The plans for all addresses after one (`''`: from the first), by address. */
export function readMailboxPlans(sql: Sql, after: string, limit: number): Promise<MailboxPlan[]> {
  return sql.run<MailboxPlan & { address: string }>(PAGE, [after, limit]);
}

const DONE = statement('mailboxes-settled', 'delete from mailbox_leftovers where id = any($1::bigint[])');

/** The broker has them no more. */
export async function forgetLeftovers(sql: Sql, leftovers: readonly MailboxLeftover[]): Promise<void> {
  if (leftovers.length > 0) await sql.run(DONE, [leftovers.map(({ id }) => id)]);
}
