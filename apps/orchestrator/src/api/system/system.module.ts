import { type DynamicModule, Module } from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { Database } from '@baton/persistence';
import { BRAIN, BUS } from '../../tokens';
import { MeshReport } from './mesh-report';
import { SystemController } from './system.controller';

/** Needs MeshControl, BRAIN, BUS and Database from a global module. */
@Module({})
export class SystemModule {
  static register(version: string): DynamicModule {
    const report = {
      provide: MeshReport,
      inject: [Database, BUS, BRAIN],
      useFactory: (database: Database, bus: Bus, brain: { readonly epoch: number | undefined }) =>
        new MeshReport(database, bus, version, () => brain.epoch),
    };
    return { module: SystemModule, controllers: [SystemController], providers: [report] };
  }
}
