import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { HEALTH_CHECKS, type HealthCheck, HealthModule, type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { type Registry } from 'prom-client';
import { BRAIN, BUS, LOGGER } from '../tokens';
import { BrokerCheck } from './broker-check';
import { meshChecks } from './mesh-checks';
import { registerMeshGauges } from './mesh-gauges';
import { type OpsAddresses, OpsServers } from './ops-servers';
import { TaskMetrics } from './task-metrics';

export interface OpsOptions extends OpsAddresses {
  readonly registry: Registry;
  /** Counts what happens to tasks; made on the registry by whoever starts the brain. */
  readonly taskMetrics: TaskMetrics;
}
const REGISTRY = Symbol('Registry');

/** Health here and on its port, metrics on theirs. Needs Database, BUS, LOGGER and BRAIN from a global module. */
@Module({})
export class OpsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly servers: OpsServers,
    @Inject(HEALTH_CHECKS) private readonly checks: readonly HealthCheck[],
  ) {}

  static register(options: OpsOptions): DynamicModule {
    const health = HealthModule.from({
      provide: HEALTH_CHECKS,
      inject: [BUS, Database],
      useFactory: (bus: Bus, database: Database) => [new BrokerCheck(bus), ...meshChecks(database)],
    });
    const servers = {
      provide: OpsServers,
      inject: [HEALTH_CHECKS, REGISTRY, LOGGER],
      useFactory: (checks: readonly HealthCheck[], registry: Registry, logger: Logger) =>
        new OpsServers(options, checks, registry, logger),
    };
    const registry = {
      provide: REGISTRY,
      inject: [Database, BUS, BRAIN],
      useFactory: (database: Database, bus: Bus, brain: { readonly epoch: number | undefined }) => {
        registerMeshGauges(options.registry, { database, bus, epochHere: () => brain.epoch });
        return options.registry;
      },
    };
    const taskMetrics = { provide: TaskMetrics, useValue: options.taskMetrics };
    return {
      module: OpsModule,
      imports: [health],
      providers: [registry, servers, taskMetrics],
      exports: [OpsServers, TaskMetrics],
    };
  }

  onApplicationBootstrap(): Promise<void> {
    return this.servers.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const broker = this.checks.find((check): check is BrokerCheck => check instanceof BrokerCheck);
    await Promise.all([this.servers.stop(), broker?.stop()]);
  }
}
