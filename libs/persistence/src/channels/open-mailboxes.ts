import { type Sql, statement } from '../sql';

const OPEN = statement('mailboxes-open', 'select address from mailboxes where address = any($1::text[])');

/** Those of the addresses under which a mailbox is open. */
export async function openMailboxesOf(sql: Sql, addresses: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql.run<{ address: string }>(OPEN, [addresses]);
  return new Set(rows.map(({ address }) => address));
}
