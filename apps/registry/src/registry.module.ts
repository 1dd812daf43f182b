import { type Logger } from '@baton/observability';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type RegistryConfig } from './config';
import { ChannelRequests } from './channels/channel-requests';
import { ChannelRights } from './channels/channel-rights';
import { Channels } from './channels/channels';
import { MailboxKeeper } from './channels/mailbox-keeper';
import { Mailboxes } from './channels/mailboxes';
import { openBus, openDatabase } from './connections';
import { Desk } from './desk';
import { Discovery } from './discovery/discovery';
import { Announcer } from './presence/announcer';
import { Heartbeats } from './presence/heartbeats';
import { Keeper } from './presence/keeper';
import { LostAgents } from './presence/lost-agents';
import { PresenceBook } from './presence/presence-book';
import { Registrar } from './presence/registrar';
import { SelfReports } from './presence/self-reports';
import { Strangers } from './presence/strangers';
import { Registry } from './registry';
import { RegistryInbox } from './registry-inbox';
import { RegistryRequests } from './registry-requests';

/** Closes the connections, last: the registry has stopped in the phase before. */
@Module({})
class DeskModule implements OnApplicationShutdown {
  constructor(private readonly desk: Desk) {}

  static with(config: RegistryConfig, logger: Logger): DynamicModule {
    const desk = { provide: Desk, useFactory: () => openDesk(config, logger) };
    return { module: DeskModule, global: true, providers: [desk], exports: [Desk] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.desk.bus.close();
    await this.desk.database.close();
  }
}

async function openDesk(config: RegistryConfig, logger: Logger): Promise<Desk> {
  const replicaId = uuidv7();
  const database = await openDatabase(config, logger);
  const bus = await openBus(config, replicaId, logger);
  return new Desk(replicaId, config, { bus, database }, logger);
}

@Module({
  providers: [
    {
      provide: PresenceBook,
      inject: [Desk],
      useFactory: ({ config, lostAfterMs }: Desk) =>
        new PresenceBook({ heartbeatEveryMs: config.BATON_HEARTBEAT_SECONDS * 1000, lostAfterMs }),
    },
    Announcer,
    ChannelRequests,
    ChannelRights,
    Channels,
    Discovery,
    Heartbeats,
    Keeper,
    LostAgents,
    MailboxKeeper,
    Mailboxes,
    Registrar,
    Registry,
    RegistryInbox,
    RegistryRequests,
    SelfReports,
    Strangers,
  ],
})
export class RegistryModule {
  static with(config: RegistryConfig, logger: Logger): DynamicModule {
    return { module: RegistryModule, imports: [DeskModule.with(config, logger)] };
  }
}
