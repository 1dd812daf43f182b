import { queues } from '@baton/bus';
import { type Mailbox, type MailboxClose, StateConflictError } from '@baton/contracts';
import { closeMailbox, openMailbox, readMailboxPlansOf } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { type Asker } from './asker';
import { ChannelRights } from './channel-rights';
import { MailboxKeeper } from './mailbox-keeper';

/** Mailboxes are opened and closed: in the database, then at the broker. */
@Injectable()
export class Mailboxes {
  constructor(
    private readonly desk: Desk,
    private readonly keeper: MailboxKeeper,
    private readonly rights: ChannelRights,
  ) {}

  /** Idempotent. When it resolves messages for the address are kept. */
  async open(address: string, asker: Asker): Promise<Mailbox> {
    await this.rights.ensureSpeaksFor(address, asker);
    const mailbox = await openMailbox(this.desk.database, address, asker.actor);
    await this.keeper.settle(address);
    return mailbox;
  }

  /** Throws NotFoundError, and StateConflictError while messages or durable memberships need it. */
  async close({ address, discard = false }: MailboxClose, asker: Asker): Promise<void> {
    await this.rights.ensureMayClose(address, asker);
    const { actor } = asker;
    const { bus, database, logger } = this.desk;
    const [state] = await bus.admin.inspect([queues.mailbox(address).name]);
    const waiting = state?.messages ?? 0;
    if (!discard && waiting > 0) throw notEmpty(address, `${waiting} message(s) wait`);
    await closeMailbox(database, { address, discard }, actor);
    await this.keeper.settle(address);
    const [plan] = await readMailboxPlansOf(database, [address]);
    if (plan?.open) throw notEmpty(address, 'Messages have just come');
    logger.info({ event: 'mailbox.closed', address, discarded: waiting, actor }, 'a mailbox is closed');
  }
}

function notEmpty(address: string, what: string): StateConflictError {
  return new StateConflictError(
    `${what} in the mailbox of ${address}. Let them be taken first, or close it with discard=true to lose them.`,
  );
}
