import { type Sql, statement } from '../sql';

/** Whose a name is, as far as that is known. */
export interface NameOwner {
  /** The AMQP user of the newest agent of this name that said one. */
  readonly amqpUser: string | null;
  /** Who opened its mailbox, as the audit names them. */
  readonly openedBy: string | null;
}

const OWNER = statement(
  'channels-name-owner',
  `select (select amqp_user from agents where name = $1 and amqp_user is not null order by incarnation desc limit 1)
            as "amqpUser",
          (select opened_by from mailboxes where address = $1) as "openedBy"`,
);

export async function ownerOfName(sql: Sql, name: string): Promise<NameOwner> {
  const [row] = await sql.run<{ amqpUser: string | null; openedBy: string | null }>(OWNER, [name]);
  return row ?? { amqpUser: null, openedBy: null };
}
