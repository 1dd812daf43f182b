import { type DynamicModule, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { type Registry } from 'prom-client';
import { DeadLettersController } from '../api/dead-letters/dead-letters.controller';
import { deadLetterLimitsOf, type OrchestratorConfig } from '../config';
import { BUS, CONFIG, LOGGER } from '../tokens';
import { DeadLetterMetrics } from './dead-letter-metrics';
import { Mirror } from './mirror';
import { Replayer } from './replayer';
import { Retention } from './retention';

const retention = {
  provide: Retention,
  inject: [Database, LOGGER, DeadLetterMetrics, CONFIG],
  useFactory: (database: Database, logger: Logger, metrics: DeadLetterMetrics, config: OrchestratorConfig) =>
    new Retention({ database, logger, metrics, limits: deadLetterLimitsOf(config) }),
};
const mirror = {
  provide: Mirror,
  inject: [BUS, Database, LOGGER, DeadLetterMetrics, Retention],
  useFactory: (...[bus, database, logger, metrics, kept]: [Bus, Database, Logger, DeadLetterMetrics, Retention]) =>
    new Mirror({ bus, database, logger, metrics, onStored: (letters, bytes) => kept.grew(letters, bytes) }),
};
const replayer = {
  provide: Replayer,
  inject: [BUS, Database, DeadLetterMetrics],
  useFactory: (bus: Bus, database: Database, metrics: DeadLetterMetrics) => new Replayer({ bus, database, metrics }),
};

/** The dead letters in the database, kept within their limits, and the API to them. */
@Module({})
export class DeadLettersModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly mirror: Mirror,
    private readonly retention: Retention,
  ) {}

  static register(registry: Registry): DynamicModule {
    const metrics = {
      provide: DeadLetterMetrics,
      inject: [Database, BUS],
      useFactory: (database: Database, bus: Bus) => new DeadLetterMetrics(registry, { database, bus }),
    };
    return {
      module: DeadLettersModule,
      providers: [metrics, retention, mirror, replayer],
      controllers: [DeadLettersController],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.retention.start();
    await this.mirror.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.mirror.stop();
    await this.retention.stop();
  }
}
