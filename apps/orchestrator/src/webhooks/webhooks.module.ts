import { type DynamicModule, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { type Registry } from 'prom-client';
import { WebhooksController } from '../api/webhooks/webhooks.controller';
import { type OrchestratorConfig } from '../config';
import { EventSource } from '../events/event-source';
import { EventsModule } from '../events/events.module';
import { Hints } from '../intake/hints';
import { BRAIN, CONFIG, LOGGER } from '../tokens';
import { VERSION } from '../version';
import { Courier } from './courier';
import { retrySchedule } from './retry-schedule';
import { WebhookMetrics } from './webhook-metrics';

type Office = { readonly epoch: number | undefined };
type Parts = [Database, Logger, WebhookMetrics, OrchestratorConfig, Office];

const courier = {
  provide: Courier,
  inject: [Database, LOGGER, WebhookMetrics, CONFIG, BRAIN],
  useFactory: (...[database, logger, metrics, config, brain]: Parts) =>
    new Courier({
      ...{ database, logger, metrics, schedule: retrySchedule },
      source: new EventSource(database),
      epoch: () => brain.epoch,
      allowPrivate: config.WEBHOOK_ALLOW_PRIVATE,
      userAgent: `Baton-Webhooks/${VERSION}`,
    }),
};

/** Webhooks, their deliveries, and the API to them. Needs Database, Hints, BRAIN and CONFIG from global modules. */
@Module({})
export class WebhooksModule implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopListening: () => void;

  constructor(
    private readonly courier: Courier,
    hints: Hints,
  ) {
    this.stopListening = hints.onChanged(() => courier.wake());
  }

  static register(registry: Registry): DynamicModule {
    const metrics = {
      provide: WebhookMetrics,
      inject: [Database],
      useFactory: (database: Database) => new WebhookMetrics(registry, database),
    };
    return {
      module: WebhooksModule,
      imports: [EventsModule],
      providers: [metrics, courier],
      controllers: [WebhooksController],
    };
  }

  onApplicationBootstrap(): void {
    this.courier.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopListening();
    await this.courier.stop();
  }
}
