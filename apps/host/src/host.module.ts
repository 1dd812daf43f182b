import { join } from 'node:path';
import { type Writable } from 'node:stream';
import { type Bus, connectBus } from '@baton/bus';
import { type HostId } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type HostConfig } from './config';
import { Host } from './host';
import { BUS, CONFIG, IDENTITY, type Identity, LOGGER, LOGS } from './ports';
import { AddedSpecs } from './supervisor/added-specs';
import { supervision } from './supervisor/supervision';
import { Supervisor } from './supervisor/supervisor';
import { Announcements } from './wire/announcements';
import { Orders } from './wire/orders';

/** Closed last: the host has stopped its agents in the phase before. */
@Module({})
export class ConnectionModule implements OnApplicationShutdown {
  constructor(@Inject(BUS) private readonly bus: Bus) {}

  static with(config: HostConfig, logger: Logger, logs: Writable): DynamicModule {
    const hostId = uuidv7() as HostId;
    const identity: Identity = { hostId };
    const connect = (): Promise<Bus> =>
      connectBus({ url: config.MESSAGE_QUEUE_URL, name: `host ${hostId}`, source: `/hosts/${hostId}`, logger });
    return {
      module: ConnectionModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: LOGS, useValue: logs },
        { provide: IDENTITY, useValue: identity },
        { provide: BUS, useFactory: connect },
      ],
      exports: [CONFIG, LOGGER, LOGS, IDENTITY, BUS],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
  }
}

@Module({
  providers: [
    {
      provide: Supervisor,
      inject: [CONFIG, Announcements, LOGS, LOGGER],
      useFactory: (config: HostConfig, announcements: Announcements, logs: Writable, logger: Logger) =>
        new Supervisor(supervision(config, announcements, logs, logger)),
    },
    {
      provide: AddedSpecs,
      inject: [CONFIG],
      useFactory: (config: HostConfig) => new AddedSpecs(join(config.BATON_DATA_DIR, 'host')),
    },
    Announcements,
    Host,
    Orders,
  ],
})
export class HostModule {
  static with(config: HostConfig, logger: Logger, logs: Writable): DynamicModule {
    return { module: HostModule, imports: [ConnectionModule.with(config, logger, logs)] };
  }
}
