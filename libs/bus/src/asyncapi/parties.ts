/** Who takes part. One process may be several: an orchestrator is a door, and the brain while it holds the lease. */
export const parties = {
  agent: 'Works on tasks, and talks to others.',
  service: 'Any program on the bus: asks for work, sends and receives messages.',
  registry: 'Knows agents, channels and mailboxes. Several share the work.',
  door: 'Any orchestrator.',
  brain: 'The orchestrator that holds the lease.',
  host: 'Starts and stops the processes of agents.',
} as const;
export type Party = keyof typeof parties;

/** The variable parts of addresses and of the names of queues. */
export const parameters = {
  address: 'Name or id of an agent, or name of a service.',
  agentId: 'UUID of an agent instance.',
  capability: 'For example `research.search`; its dots make it several words.',
  channel: 'Name of a channel.',
  hostId: 'UUID of a host.',
  id: 'Unique.',
  key: 'Words joined by dots; subscribers use `*` for one word and `#` for any number.',
  name: 'Of a shared subscription.',
  owner: 'Unique per process.',
  state: 'State of a task or workflow.',
  what: 'registered, updated, lost, deregistered or returned.',
} as const;
export type Parameter = keyof typeof parameters;
