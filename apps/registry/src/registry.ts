import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MailboxKeeper } from './channels/mailbox-keeper';
import { Keeper } from './presence/keeper';
import { RegistryInbox } from './registry-inbox';

/** Start: ears, then the door. Stop: the other way round. */
@Injectable()
export class Registry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly keeper: Keeper,
    private readonly mailboxes: MailboxKeeper,
    private readonly inbox: RegistryInbox,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.keeper.start();
    await this.mailboxes.start();
    await this.inbox.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.inbox.stop();
    await this.mailboxes.stop();
    await this.keeper.stop();
  }
}
