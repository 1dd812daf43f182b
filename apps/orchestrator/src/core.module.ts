import { type DynamicModule, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { Database, loadCapabilities } from '@baton/persistence';
import { limitsOf, type OrchestratorConfig } from './config';
import { BodyRoom } from './intake/body-room';
import { CapabilityCatalog } from './intake/capability-catalog';
import { Completions } from './intake/completions';
import { Hints } from './intake/hints';
import { Intake } from './intake/intake';
import { type TaskDefaults } from './intake/new-task';
import { TaskControl } from './intake/task-control';
import { Why } from './intake/why';
import { BUS, CONFIG, LOGGER, TASK_DEFAULTS } from './tokens';

export interface CoreParts {
  readonly config: OrchestratorConfig;
  readonly logger: Logger;
  readonly bus: Bus;
  readonly database: Database;
}

const providers: Provider[] = [
  {
    provide: CapabilityCatalog,
    useFactory: (database: Database) => new CapabilityCatalog(() => loadCapabilities(database)),
    inject: [Database],
  },
  { provide: BodyRoom, useFactory: () => new BodyRoom() },
  { provide: Hints, useFactory: (bus: Bus) => new Hints(bus), inject: [BUS] },
  { provide: Completions, useFactory: (database: Database) => new Completions(database), inject: [Database] },
  {
    provide: Why,
    useFactory: (database: Database, config: OrchestratorConfig) => new Why(database, limitsOf(config)),
    inject: [Database, CONFIG],
  },
  {
    provide: TaskControl,
    useFactory: (database: Database, hints: Hints, completions: Completions) =>
      new TaskControl(database, hints, completions),
    inject: [Database, Hints, Completions],
  },
  {
    provide: Intake,
    useFactory: (database: Database, catalog: CapabilityCatalog, hints: Hints, defaults: TaskDefaults) =>
      new Intake(database, catalog, hints, defaults),
    inject: [Database, CapabilityCatalog, Hints, TASK_DEFAULTS],
  },
];

/** The doors of the orchestrator: what every replica has, brain or not. Owns the end of the waiting requests. */
@Module({})
export class CoreModule implements OnApplicationShutdown {
  constructor(
    private readonly intake: Intake,
    private readonly completions: Completions,
  ) {}

  static with({ config, logger, bus, database }: CoreParts): DynamicModule {
    const defaults: TaskDefaults = { timeoutMs: config.AGENT_TIMEOUT_SECONDS * 1000, maxRetries: config.MAX_RETRIES };
    const given: Provider[] = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: BUS, useValue: bus },
      { provide: Database, useValue: database },
      { provide: TASK_DEFAULTS, useValue: defaults },
    ];
    const all = [...given, ...providers];
    return { module: CoreModule, global: true, providers: all, exports: all };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.intake.idle();
    this.completions.close();
  }
}
