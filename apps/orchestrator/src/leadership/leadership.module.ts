import { randomUUID } from 'node:crypto';
import { Global, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Bus } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { Database } from '@baton/persistence';
import { limitsOf, type OrchestratorConfig } from '../config';
import { CapabilityCatalog } from '../intake/capability-catalog';
import { Completions } from '../intake/completions';
import { Hints } from '../intake/hints';
import { type TaskMetrics } from '../ops/task-metrics';
import { type TaskDefaults } from '../intake/new-task';
import { Senders } from '../senders/senders';
import { BRAIN, BUS, CONFIG, LOGGER, START_WORKFLOWS, TASK_DEFAULTS, TASK_METRICS } from '../tokens';
import { countDispatched, countEnded } from './attempt-counts';
import { Brain } from './brain';
import { EndedListener } from './ended-listener';
import { type StartTermWorkflows } from './term-workflows';

interface Parts {
  readonly database: Database;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly config: OrchestratorConfig;
  readonly hints: Hints;
  readonly completions: Completions;
  readonly startWorkflows: StartTermWorkflows;
  readonly metrics: TaskMetrics;
  readonly outputs: CapabilityCatalog;
  readonly senders: Senders;
  readonly defaults: TaskDefaults;
}

function makeBrain({ config, completions, metrics, defaults, ...parts }: Parts): Brain {
  return new Brain({
    ...parts,
    rules: { catalog: parts.outputs, defaults },
    strategyOf: (capability) => config.CAPABILITY_STRATEGY.get(capability) ?? config.SCHEDULING_STRATEGY,
    limits: limitsOf(config),
    onEnded: (tasks) => {
      completions.ended(tasks.map((task) => task.taskId));
      metrics.ended(tasks);
    },
    onDispatched: (attempts) => countDispatched(metrics, attempts),
    onAttemptsEnded: (recorded) => countEnded(metrics, recorded),
  });
}

/** Nest hands the parts over one by one, in this order. */
const PARTS = {
  database: Database,
  bus: BUS,
  logger: LOGGER,
  config: CONFIG,
  hints: Hints,
  completions: Completions,
  startWorkflows: START_WORKFLOWS,
  metrics: TASK_METRICS,
  outputs: CapabilityCatalog,
  senders: Senders,
  defaults: TASK_DEFAULTS,
};

const brain = {
  provide: BRAIN,
  inject: Object.values(PARTS),
  useFactory: (...given: unknown[]) => {
    const parts = Object.fromEntries(Object.keys(PARTS).map((name, index) => [name, given[index]]));
    return makeBrain(parts as unknown as Parts);
  },
};

/** Lets this process be the brain when nobody else is. Starts last, ends first. */
@Global()
@Module({ providers: [brain], exports: [BRAIN] })
export class LeadershipModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(BRAIN) private readonly brain: Brain,
    @Inject(BUS) bus: Bus,
    completions: Completions,
  ) {
    new EndedListener(bus, randomUUID(), completions, () => this.brain.epoch !== undefined);
  }

  onApplicationBootstrap(): void {
    this.brain.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.brain.stop();
  }
}
