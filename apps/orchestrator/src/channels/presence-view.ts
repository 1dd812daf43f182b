import { type Bus, queues, type QueueState } from '@baton/bus';
import { type Mailbox, MeshError, type Membership } from '@baton/contracts';
import { Database, presentAgentNames } from '@baton/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../tokens';

/** A member as the API shows it. */
export interface MemberView extends Omit<Membership, 'types'> {
  /** An agent of this name is present, or somebody takes from its mailbox; null: no agent, and nothing to tell by. */
  readonly present: boolean | null;
  /** Messages in its mailbox; null: it keeps none, or the broker cannot be asked. */
  readonly waiting: number | null;
}
export interface MailboxView extends Mailbox {
  /** Messages that wait; null: the broker cannot be asked. */
  readonly waiting: number | null;
  /** Whether somebody takes from it. */
  readonly attended: boolean | null;
}

/** Who of the members is there, and what waits for them: told by agents' states and by queues, without a message to anybody. */
@Injectable()
export class PresenceView {
  constructor(
    private readonly database: Database,
    @Inject(BUS) private readonly bus: Bus,
  ) {}

  async ofMembers(memberships: readonly Membership[]): Promise<MemberView[]> {
    const names = memberships.map(({ member }) => member);
    const kept = memberships.filter(({ durable }) => durable).map(({ member }) => member);
    const [agents, boxes] = await Promise.all([presentAgentNames(this.database, names), this.mailboxes(kept)]);
    return memberships.map(({ types: _types, ...membership }) => {
      const { member } = membership;
      const box = boxes.get(member);
      const taking = box && box.consumers > 0;
      return {
        ...membership,
        present: taking || (agents.get(member) ?? taking ?? null),
        waiting: box?.messages ?? null,
      };
    });
  }

  async ofMailboxes(mailboxes: readonly Mailbox[]): Promise<MailboxView[]> {
    const boxes = await this.mailboxes(mailboxes.map(({ address }) => address));
    return mailboxes.map((mailbox) => {
      const box = boxes.get(mailbox.address);
      return { ...mailbox, waiting: box?.messages ?? null, attended: box ? box.consumers > 0 : null };
    });
  }

  /** A broker that is away is no reason to hide what the database knows: what it would tell is null. */
  private async mailboxes(addresses: readonly string[]): Promise<Map<string, QueueState>> {
    if (addresses.length === 0 || !this.bus.connected) return new Map();
    try {
      const states = await this.bus.admin.inspect(addresses.map((address) => queues.mailbox(address).name));
      return new Map(addresses.flatMap((address, index) => (states[index] ? [[address, states[index]] as const] : [])));
    } catch (error) {
      if (error instanceof MeshError && error.code === 'BROKER_UNAVAILABLE') return new Map();
      throw error;
    }
  }
}
