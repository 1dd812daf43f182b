import { type AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Bus, connectBus } from '@baton/bus';
import { createLogger, createMetricsRegistry } from '@baton/observability';
import { Database, statement } from '@baton/persistence';
import { AuthModule } from '../auth/auth.module';
import { readConfig } from '../config';
import { CoreModule } from '../core.module';
import { EventsModule } from '../events/events.module';
import { CapabilityCatalog } from '../intake/capability-catalog';
import { Hints } from '../intake/hints';
import { OpsModule } from '../ops/ops.module';
import { TaskMetrics } from '../ops/task-metrics';
import { BRAIN } from '../tokens';
import { WorkflowService } from '../workflows/workflow-service';
import { ApiModule } from './api.module';
import { createApi } from './create-api';
import { MeshControl } from './system/mesh-control';

/** Remembers who asked for what instead of ending the process the specs run in. */
class RecordedControl extends MeshControl {
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
    {
      provide: WorkflowService,
      inject: [Database, Hints, CapabilityCatalog],
      useFactory: (...parts: ConstructorParameters<typeof WorkflowService>) => new WorkflowService(...parts),
    },
  ],
  exports: [BRAIN, MeshControl, WorkflowService],
})
class BrainlessModule {}

const announceEcho = statement(
  'spec-announce',
  `insert into capabilities (name, version, family, input_schema, output_schema)
   values ('probe.echo', '1.0.0', 'probe', $1, 'true') on conflict do nothing`,
);
const echoInput = JSON.stringify({ type: 'object', properties: { n: { type: 'integer' } } });
const PASSWORD = 'correct horse battery staple';
const VERSION = '1.2.3';

export type SpecAnswer = Awaited<ReturnType<NestFastifyApplication['inject']>>;

/** The real API, on a real database and broker, as specs use it: signed in as admin. */
export class SpecDoor {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: Database,
    private readonly bus: Bus,
    private token: string,
  ) {}

  static async open(urls: { readonly database: string; readonly broker: string }): Promise<SpecDoor> {
    const logger = createLogger('api-spec', 'silent');
    const registry = createMetricsRegistry('orchestrator');
    const database = new Database({ url: urls.database, name: 'api-spec' });
    await database.connect();
    await database.run(announceEcho, [echoInput]);
    const bus = await connectBus({ url: urls.broker, name: 'api-spec', source: '/orchestrators/spec', logger });
    const config = readConfig({ DATABASE_URL: urls.database, MESSAGE_QUEUE_URL: urls.broker });
    const taskMetrics = new TaskMetrics(registry);
    const imports = [
      CoreModule.with({ config, logger, bus, database }),
      BrainlessModule,
      AuthModule.register({ adminPassword: PASSWORD }),
      EventsModule,
      OpsModule.register({ healthPort: 0, metricsPort: 0, address: '127.0.0.1', registry, taskMetrics }),
      ApiModule.register({ version: VERSION }),
    ];
    class RootModule {}
    const app = await createApi({ module: RootModule, imports }, { logger, version: VERSION, registry });
    await app.listen(0, '127.0.0.1');
    const door = new SpecDoor(app, database, bus, '');
    door.token = (await door.signIn()).json<{ accessToken: string }>().accessToken;
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  get bearer(): { readonly authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  get shutdowns(): readonly string[] {
    return this.app.get<RecordedControl>(MeshControl).asked;
  }

  signIn(password = PASSWORD, username = 'admin'): Promise<SpecAnswer> {
    return this.withoutToken('POST', '/api/auth/token', { username, password });
  }

  /** Without a token. */
  withoutToken(method: 'GET' | 'POST', url: string, payload?: object): Promise<SpecAnswer> {
    return this.app.inject(payload === undefined ? { method, url } : { method, url, payload });
  }

  get(url: string, headers: Record<string, string> = {}): Promise<SpecAnswer> {
    return this.app.inject({ method: 'GET', url, headers: { ...this.bearer, ...headers } });
  }

  post(url: string, payload?: string | object, headers: Record<string, string> = {}): Promise<SpecAnswer> {
    const request = { method: 'POST', url, headers: { ...this.bearer, ...headers } } as const;
    return this.app.inject(payload === undefined ? request : { ...request, payload });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.bus.close();
    await this.database.close();
  }
}

/** A task that fits. */
export function echo(more: object = {}): object {
  return { capability: 'probe.echo', input: { n: 1 }, ...more };
}
