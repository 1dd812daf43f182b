import { type Address, type MailboxClose } from '@baton/contracts';
import { type Bus } from '../bus';
import { RegistryDesk } from './channel-desk';

interface OwnMailbox {
  isOpen(): boolean;
  open(): Promise<unknown>;
  stop(): Promise<void>;
}

/** The desk of one party: its own mailbox is closed only after it has stopped reading it, or it would open it again. */
export class OwnDesk extends RegistryDesk {
  constructor(
    bus: Bus,
    private readonly name: Address,
    private readonly mailbox: OwnMailbox,
  ) {
    super(bus);
  }

  override async closeMailbox(address: Address, options: Pick<MailboxClose, 'discard'> = {}): Promise<void> {
    const wasOpen = address === this.name && this.mailbox.isOpen();
    if (wasOpen) await this.mailbox.stop();
    try {
      await super.closeMailbox(address, options);
    } catch (error) {
      if (wasOpen) await this.mailbox.open();
      throw error;
    }
  }
}
