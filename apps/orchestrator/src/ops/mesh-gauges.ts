import { type Bus } from '@baton/bus';
import { breakerStates } from '@baton/engine';
import {
  agentStatesNow,
  countOpenTasks,
  countOpenWorkflows,
  type Database,
  loadBreakers,
  queueDepths,
  readBrainLease,
} from '@baton/persistence';
import { Gauge, type Registry } from 'prom-client';

export interface GaugeSources {
  readonly database: Database;
  readonly bus: Bus;
  /** The epoch in which this process is the brain. */
  readonly epochHere: () => number | undefined;
}

/** Gauges that are read when somebody asks, never on the way of a task. */
export function registerMeshGauges(registry: Registry, { database, bus, epochHere }: GaugeSources): void {
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    collect: (gauge: Gauge) => Promise<void> | void,
  ): void => {
    const made: Gauge = new Gauge({ name, help, labelNames, registers: [registry], collect: () => collect(made) });
  };
  gauge('agent_state', '1 while the agent of this name works, else 0.', ['agent', 'family'], async (agents) => {
    const states = await agentStatesNow(database);
    agents.reset();
    for (const { name, family, state } of states) {
      agents.set({ agent: name, family }, state === 'terminated' || state === 'error' ? 0 : 1);
    }
  });
  gauge('baton_tasks', 'Tasks that wait, run, failed or were rejected.', ['state'], async (tasks) => {
    setAll(tasks, 'state', await countOpenTasks(database));
  });
  gauge('baton_workflows', 'Workflows under way.', ['state'], async (workflows) => {
    setAll(workflows, 'state', await countOpenWorkflows(database));
  });
  gauge('baton_queue_depth', 'Tasks that wait for an agent.', ['capability'], async (queues) => {
    const depths = await queueDepths(database);
    setAll(queues, 'capability', Object.fromEntries(depths.map(({ capability, depth }) => [capability, depth])));
  });
  gauge(
    'baton_breaker_state',
    'Circuit breakers that ever moved: 0 closed, 1 half-open, 2 open.',
    ['agent', 'capability'],
    async (breakers) => {
      const rows = await loadBreakers(database);
      breakers.reset();
      for (const { agentName, capability, state } of rows) {
        breakers.set({ agent: agentName, capability }, breakerStates.indexOf(state));
      }
    },
  );
  gauge('baton_lease_epoch', 'Epoch of the brain; rises with each takeover.', [], async (epoch) => {
    epoch.set((await readBrainLease(database)).epoch);
  });
  gauge('baton_brain', '1 in the process that is the brain.', [], (brain) =>
    brain.set(epochHere() === undefined ? 0 : 1),
  );
  gauge('baton_bus_connected', '1 while the connection to the broker is up.', [], (up) =>
    up.set(bus.connected ? 1 : 0),
  );
}

function setAll(gauge: Gauge, label: string, values: Readonly<Record<string, number>>): void {
  gauge.reset();
  for (const [name, value] of Object.entries(values)) gauge.set({ [label]: name }, value);
}
