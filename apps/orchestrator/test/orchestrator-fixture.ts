import { connectBus, ServiceUsers } from '@baton/bus';
import { type InFlightLimits, strategyNames } from '@baton/engine';
import { createLogger, createMetricsRegistry, Refusals } from '@baton/observability';
import { Database, loadCapabilities } from '@baton/persistence';
import { CapabilityCatalog } from '../src/intake/capability-catalog';
import { Completions } from '../src/intake/completions';
import { Hints } from '../src/intake/hints';
import { Intake } from '../src/intake/intake';
import { TaskControl } from '../src/intake/task-control';
import { Why } from '../src/intake/why';
import { Brain } from '../src/leadership/brain';
import { Senders } from '../src/senders/senders';
import { startAuctionCalls } from '../src/workflows/auction-calls';
import { workflowsOf } from '../src/workflows/brain-workflows';
import { WorkflowService } from '../src/workflows/workflow-service';
import { Place, type Ways } from './place';
import { type AgentOptions, type Script, WireAgent } from './wire-agent';

export const actor = 'user:test';
const taskDefaults = { timeoutMs: 5000, maxRetries: 3 };
const stepDefaults = { timeoutMs: 20_000, maxRetries: 0 };

/** Orchestrators and agents of the spec file that calls this, on a place of its own. After each test they are stopped. */
export function orchestratorFixture() {
  // Fail by their conditions, not by a slow machine.
  jest.setTimeout(30_000);
  let place: Place;
  const running: { readonly stop: () => Promise<void> }[] = [];
  beforeAll(async () => {
    place = await Place.open();
  });
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) await one.stop();
  });
  afterAll(() => place?.close());
  return {
    /** The straight ways; an orchestrator or agent may be given others. */
    ways: (): Ways => place,
    addUser: (...user: Parameters<Place['addUser']>): Promise<string> => place.addUser(...user),
    startOrchestrator: async (ways: Partial<Ways> = {}, limits: InFlightLimits = {}) => {
      const { databaseUrl, brokerUrl } = place;
      const orchestrator = await startOrchestrator({ databaseUrl, brokerUrl, ...ways }, limits);
      running.push(orchestrator);
      return orchestrator;
    },
    startAgent: async (capability: string, script: Script, options?: AgentOptions) => {
      const agent = await WireAgent.start(place, capability, script, options);
      running.push(agent);
      return agent;
    },
  };
}

/** One orchestrator without its API: a brain, and the doors to it. */
async function startOrchestrator(place: Ways, limits: InFlightLimits) {
  const logger = createLogger('test', 'silent');
  const database = new Database({ url: place.databaseUrl, name: 'test' });
  const bus = await connectBus({ url: place.brokerUrl, name: 'orchestrator', source: '/orchestrators/test', logger });
  const hints = new Hints(bus);
  const completions = new Completions(database);
  const catalog = new CapabilityCatalog(() => loadCapabilities(database));
  const brain = new Brain({
    database,
    bus,
    logger,
    hints,
    outputs: catalog,
    rules: { catalog, defaults: taskDefaults },
    senders: new Senders(new ServiceUsers(place.brokerUrl), new Refusals(logger, createMetricsRegistry('test'))),
    limits,
    // A capability that begins with the name of a strategy is scheduled by it.
    strategyOf: (capability) => strategyNames.find((name) => capability.startsWith(`${name}.`)) ?? 'least-load',
    startWorkflows: workflowsOf(stepDefaults, startAuctionCalls),
    onEnded: (tasks) => completions.ended(tasks.map((task) => task.taskId)),
  });
  brain.start();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await brain.stop();
    completions.close();
    await bus.close();
    await database.close();
  };
  return {
    brain,
    database,
    completions,
    intake: new Intake(database, catalog, hints, taskDefaults),
    why: new Why(database, limits),
    control: new TaskControl(database, hints, completions),
    service: new WorkflowService(database, hints, catalog),
    stop: () => (stopped ??= stop()),
  };
}
