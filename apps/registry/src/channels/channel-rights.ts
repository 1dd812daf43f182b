import { MeshError } from '@baton/contracts';
import { getChannel, ownerOfName } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { type Asker, userIn } from './asker';

class NotYoursError extends MeshError {
  readonly code = 'FORBIDDEN';
  readonly recovery = 'reject';
}

/**
 * Where agents and services have AMQP users of their own: whom a name belongs to speaks for it, and what is lost for
 * good is ended by who made it. The mesh's own services, and people through its doors, may do all of it.
 */
@Injectable()
export class ChannelRights {
  constructor(private readonly desk: Desk) {}

  /** Throws when the name, of a member or of a mailbox, belongs to another AMQP user. */
  async ensureSpeaksFor(name: string, asker: Asker): Promise<void> {
    if (this.desk.services.has(asker.user)) return;
    const { amqpUser, openedBy } = await ownerOfName(this.desk.database, name);
    if (this.desk.senders.acceptsFor('membership', { name }, asker.user, amqpUser ?? userIn(openedBy))) return;
    throw new NotYoursError(`The name ${name} belongs to another AMQP user. Speak for your own names only.`);
  }

  /** Throws when somebody else's mailbox would go. */
  async ensureMayClose(address: string, asker: Asker): Promise<void> {
    if (this.desk.services.has(asker.user)) return;
    const { amqpUser, openedBy } = await ownerOfName(this.desk.database, address);
    if (openedBy === null || this.isOwn(asker, openedBy, amqpUser)) return;
    this.refuse('mailbox', { address }, asker, `The mailbox of ${address} was opened by ${openedBy}`);
  }

  /** Throws when somebody else's channel would go. */
  async ensureMayDelete(channel: string, asker: Asker): Promise<void> {
    if (this.desk.services.has(asker.user)) return;
    const found = await getChannel(this.desk.database, channel);
    if (!found || this.isOwn(asker, found.createdBy, null)) return;
    this.refuse('channel', { channel }, asker, `The channel ${channel} was created by ${found.createdBy}`);
  }

  private isOwn({ actor, user }: Asker, madeBy: string, owner: string | null): boolean {
    return madeBy === actor || (user !== undefined && (owner ?? userIn(madeBy)) === user);
  }

  private refuse(what: 'channel' | 'mailbox', subject: object, { user }: Asker, why: string): never {
    this.desk.senders.refuse(what, { ...subject }, user);
    throw new NotYoursError(`${why}. Ask them, or an operator, to end it.`);
  }
}
