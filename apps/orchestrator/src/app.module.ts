import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ServiceUsers } from '@baton/bus';
import { Refusals } from '@baton/observability';
import { Database } from '@baton/persistence';
import { type Registry } from 'prom-client';
import { AgentsModule } from './agents/agents.module';
import { ApiModule } from './api/api.module';
import { MeshControl } from './api/system/mesh-control';
import { AuthModule } from './auth/auth.module';
import { type OrchestratorConfig } from './config';
import { CoreModule, type CoreParts } from './core.module';
import { EventsModule } from './events/events.module';
import { DeadLettersModule } from './dead-letters/dead-letters.module';
import { BusDoorModule } from './bus-door/bus-door.module';
import { CapabilityCatalog } from './intake/capability-catalog';
import { Hints } from './intake/hints';
import { Why } from './intake/why';
import { type TaskDefaults } from './intake/new-task';
import { LeadershipModule } from './leadership/leadership.module';
import { OpsModule } from './ops/ops.module';
import { TaskMetrics } from './ops/task-metrics';
import { ParentControl } from './parent-control';
import { Senders } from './senders/senders';
import { CONFIG, START_WORKFLOWS, TASK_DEFAULTS, TASK_METRICS } from './tokens';
import { WebhooksModule } from './webhooks/webhooks.module';
import { startAuctionCalls } from './workflows/auction-calls';
import { workflowsOf } from './workflows/brain-workflows';
import { WorkflowService } from './workflows/workflow-service';

export interface AppParts extends CoreParts {
  readonly registry: Registry;
  readonly version: string;
}

const workflowService = {
  provide: WorkflowService,
  inject: [Database, Hints, CapabilityCatalog, Why],
  useFactory: (...parts: ConstructorParameters<typeof WorkflowService>) => new WorkflowService(...parts),
};
const startWorkflows = {
  provide: START_WORKFLOWS,
  inject: [TASK_DEFAULTS, CONFIG],
  useFactory: (defaults: TaskDefaults, config: OrchestratorConfig) =>
    workflowsOf(defaults, startAuctionCalls, config.PROGRESS_INTERVAL_MS),
};

/** What several rooms share beyond the core. */
@Global()
@Module({})
class SharedModule {
  static with(taskMetrics: TaskMetrics, senders: Senders): DynamicModule {
    const providers = [
      { provide: TASK_METRICS, useValue: taskMetrics },
      { provide: Senders, useValue: senders },
      { provide: MeshControl, useClass: ParentControl },
      workflowService,
      startWorkflows,
    ];
    return {
      module: SharedModule,
      providers,
      exports: [TASK_METRICS, Senders, MeshControl, WorkflowService, START_WORKFLOWS],
    };
  }
}

/** One orchestrator: a door always, the brain when it holds the lease. */
@Module({})
export class AppModule {
  static with({ registry, version, ...core }: AppParts): DynamicModule {
    const { config } = core;
    const taskMetrics = new TaskMetrics(registry);
    const services = new ServiceUsers(config.MESSAGE_QUEUE_URL, config.BATON_SERVICE_USERS);
    const senders = new Senders(services, new Refusals(core.logger, registry));
    return {
      module: AppModule,
      imports: [
        CoreModule.with(core),
        SharedModule.with(taskMetrics, senders),
        LeadershipModule,
        AuthModule.register({ adminPassword: config.BATON_ADMIN_PASSWORD }),
        EventsModule,
        AgentsModule,
        OpsModule.register({
          healthPort: config.HEALTH_PORT,
          metricsPort: config.METRICS_PORT,
          address: config.BATON_LISTEN_ADDRESS,
          registry,
          taskMetrics,
        }),
        ApiModule.register({ version }),
        BusDoorModule,
        DeadLettersModule.register(registry),
        WebhooksModule.register(registry),
      ],
    };
  }
}
