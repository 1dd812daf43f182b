import { Global, Module } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { connectBus } from '@baton/bus';
import { createLogger, createMetricsRegistry } from '@baton/observability';
import { Database, statement } from '@baton/persistence';
import { ApiModule } from '../src/api/api.module';
import { createApi } from '../src/api/create-api';
import { MeshControl } from '../src/api/system/mesh-control';
import { AuthModule } from '../src/auth/auth.module';
import { BusDoorModule } from '../src/bus-door/bus-door.module';
import { readConfig } from '../src/config';
import { CoreModule } from '../src/core.module';
import { DeadLettersModule } from '../src/dead-letters/dead-letters.module';
import { EventsModule } from '../src/events/events.module';
import { CapabilityCatalog } from '../src/intake/capability-catalog';
import { Hints } from '../src/intake/hints';
import { OpsModule } from '../src/ops/ops.module';
import { TaskMetrics } from '../src/ops/task-metrics';
import { Senders } from '../src/senders/senders';
import { BRAIN } from '../src/tokens';
import { WebhooksModule } from '../src/webhooks/webhooks.module';
import { WorkflowService } from '../src/workflows/workflow-service';
import { type Place } from './place';

/** Remembers who asked for what instead of ending the process the specs run in. */
export class RecordedControl extends MeshControl {
  readonly asked: string[] = [];

  shutdown(mode: string, by: string): void {
    this.asked.push(`${mode} by ${by}`);
  }
}

/** A door without a brain: tasks stay where they are put. */
@Global()
@Module({
  providers: [
    { provide: BRAIN, useValue: { epoch: undefined } },
    { provide: MeshControl, useClass: RecordedControl },
    { provide: Senders, useValue: new Senders({ has: () => true }, { refuse: () => undefined }) },
    {
      provide: WorkflowService,
      inject: [Database, Hints, CapabilityCatalog],
      useFactory: (...parts: ConstructorParameters<typeof WorkflowService>) => new WorkflowService(...parts),
    },
  ],
  exports: [BRAIN, MeshControl, Senders, WorkflowService],
})
class BrainlessModule {}

const announceEcho = statement(
  'spec-announce',
  `insert into capabilities (name, version, family, input_schema, output_schema)
   values ('probe.echo', '1.0.0', 'probe', $1, 'true') on conflict do nothing`,
);
const echoInput = JSON.stringify({ type: 'object', properties: { n: { type: 'integer' } } });
const VERSION = '1.2.3';

export interface BrainlessApi {
  readonly app: NestFastifyApplication;
  readonly database: Database;
  close(): Promise<void>;
}

/** The real API on a free port, with its admin, and probe.echo among the capabilities. */
export async function openBrainlessApi(place: Place, adminPassword: string): Promise<BrainlessApi> {
  const logger = createLogger('api-spec', 'silent');
  const registry = createMetricsRegistry('orchestrator');
  const database = new Database({ url: place.databaseUrl, name: 'api-spec' });
  await database.connect();
  await database.run(announceEcho, [echoInput]);
  const bus = await connectBus({ url: place.brokerUrl, name: 'api-spec', source: '/orchestrators/spec', logger });
  const config = readConfig({ DATABASE_URL: place.databaseUrl, MESSAGE_QUEUE_URL: place.brokerUrl });
  const taskMetrics = new TaskMetrics(registry);
  const imports = [
    CoreModule.with({ config, logger, bus, database }),
    BrainlessModule,
    AuthModule.register({ adminPassword }),
    EventsModule,
    OpsModule.register({ healthPort: 0, metricsPort: 0, address: '127.0.0.1', registry, taskMetrics }),
    ApiModule.register({ version: VERSION }),
    BusDoorModule,
    DeadLettersModule.register(registry),
    WebhooksModule.register(registry),
  ];
  class RootModule {}
  const app = await createApi({ module: RootModule, imports }, { logger, version: VERSION, registry });
  await app.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    await bus.close();
    await database.close();
  };
  return { app, database, close };
}
