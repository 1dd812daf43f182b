import { type Bus } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type RegistryConfig } from './config';
import { openBus, openDatabase } from './connections';
import { Discovery } from './discovery/discovery';
import { BUS, CONFIG, LOGGER, REPLICA, type Replica } from './ports';
import { Announcer } from './presence/announcer';
import { Heartbeats } from './presence/heartbeats';
import { Keeper, LOOK_EVERY_MS } from './presence/keeper';
import { LostAgents } from './presence/lost-agents';
import { OwnEar } from './presence/own-ear';
import { PresenceBook } from './presence/presence-book';
import { Registrar } from './presence/registrar';
import { Strangers } from './presence/strangers';
import { Registry } from './registry';
import { RegistryInbox } from './registry-inbox';

/** Closed last: the registry has stopped in the phase before. */
@Module({})
export class ConnectionsModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    @Inject(BUS) private readonly bus: Bus,
  ) {}

  static with(config: RegistryConfig, logger: Logger): DynamicModule {
    const id = uuidv7();
    const replica: Replica = { id, actor: 'registry' };
    return {
      module: ConnectionsModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: REPLICA, useValue: replica },
        { provide: Database, useFactory: () => openDatabase(config, logger) },
        { provide: BUS, useFactory: () => openBus(config, replica, logger) },
      ],
      exports: [CONFIG, LOGGER, REPLICA, Database, BUS],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
    await this.database.close();
  }
}

@Module({
  providers: [
    {
      provide: PresenceBook,
      inject: [CONFIG],
      useFactory: (config: RegistryConfig) =>
        new PresenceBook({
          heartbeatEveryMs: config.BATON_HEARTBEAT_SECONDS * 1000,
          lostAfterMs: config.BATON_LOST_AFTER_SECONDS * 1000,
        }),
    },
    { provide: OwnEar, useFactory: () => new OwnEar(LOOK_EVERY_MS, performance.now()) },
    Announcer,
    Discovery,
    Heartbeats,
    Keeper,
    LostAgents,
    Registrar,
    Registry,
    RegistryInbox,
    Strangers,
  ],
})
export class RegistryModule {
  static with(config: RegistryConfig, logger: Logger): DynamicModule {
    return { module: RegistryModule, imports: [ConnectionsModule.with(config, logger)] };
  }
}
