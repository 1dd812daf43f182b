import { join } from 'node:path';
import { brokerAddress, connectBus } from '@baton/bus';
import { type HostId } from '@baton/contracts';
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type HostConfig } from './config';
import { Desk } from './desk';
import { Host } from './host';
import { AddedSpecs } from './supervisor/added-specs';
import { supervision } from './supervisor/supervision';
import { Supervisor } from './supervisor/supervisor';
import { Announcements } from './wire/announcements';
import { Orders } from './wire/orders';

/** Closes the connection, last: the host has stopped its agents in the phase before. */
@Module({})
class DeskModule implements OnApplicationShutdown {
  constructor(private readonly desk: Desk) {}

  static with(config: HostConfig, out: Desk['out']): DynamicModule {
    const desk = { provide: Desk, useFactory: () => openDesk(config, out) };
    return { module: DeskModule, global: true, providers: [desk], exports: [Desk] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.desk.bus.close();
  }
}

async function openDesk(config: HostConfig, out: Desk['out']): Promise<Desk> {
  const hostId = uuidv7() as HostId;
  const names = { name: `host ${hostId}`, source: `/hosts/${hostId}` };
  const bus = await connectBus({ ...brokerAddress(config), ...names, logger: out.logger });
  return new Desk(hostId, config, bus, out);
}

@Module({
  providers: [
    {
      provide: Supervisor,
      inject: [Desk, Announcements],
      useFactory: (desk: Desk, announcements: Announcements) => new Supervisor(supervision(desk, announcements)),
    },
    {
      provide: AddedSpecs,
      inject: [Desk],
      useFactory: ({ config }: Desk) => new AddedSpecs(join(config.BATON_DATA_DIR, 'host')),
    },
    Announcements,
    Host,
    Orders,
  ],
})
export class HostModule {
  static with(config: HostConfig, out: Desk['out']): DynamicModule {
    return { module: HostModule, imports: [DeskModule.with(config, out)] };
  }
}
