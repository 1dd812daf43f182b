import { type Address } from '@baton/contracts';
import { type QueueSpec, type Target } from './bus';

/** Every exchange of Baton. Declared on each connect; AsyncAPI is generated from the same data. */
export const exchanges = {
  /** Key = the id of an agent, `host.<id>` or `brain`. */
  direct: { name: 'baton.direct', type: 'direct' },
  /** Messages of agents and services to each other: key `live.<address>` or `mailbox.<address>`. */
  messages: { name: 'baton.messages', type: 'direct' },
  /** Key = the channel. */
  channels: { name: 'baton.channels', type: 'topic' },
  /** What happened: `task.completed.<capability>`, `agent.lost`, `workflow.completed`. */
  events: { name: 'baton.events', type: 'topic' },
  /** Liveness of agents (key `agent`) and hosts (key `host`). */
  heartbeats: { name: 'baton.heartbeats', type: 'direct' },
  /** To the registries; key `registry`. */
  registry: { name: 'baton.registry', type: 'direct' },
  /** To the brain; key `results`. */
  results: { name: 'baton.results', type: 'direct' },
  deadLetters: { name: 'baton.dead-letters', type: 'fanout' },
} as const;

export const routes = {
  registry: { exchange: exchanges.registry.name, key: 'registry' },
  results: { exchange: exchanges.results.name, key: 'results' },
  brain: { exchange: exchanges.direct.name, key: 'brain' },
  /** The queue itself, by the default exchange. */
  orchestrator: { exchange: '', key: 'baton.orchestrator' },
  agentHeartbeats: { exchange: exchanges.heartbeats.name, key: 'agent' },
  hostHeartbeats: { exchange: exchanges.heartbeats.name, key: 'host' },
  inbox: (agentId: string): Target => ({ exchange: exchanges.direct.name, key: agentId }),
  host: (hostId: string): Target => ({ exchange: exchanges.direct.name, key: `host.${hostId}` }),
  event: (key: string): Target => ({ exchange: exchanges.events.name, key }),
  /** Whoever is there now under this address. */
  live: (address: Address): Target => ({ exchange: exchanges.messages.name, key: `live.${address}` }),
  /** What waits for this address. */
  mailbox: (address: Address): Target => ({ exchange: exchanges.messages.name, key: `mailbox.${address}` }),
  channel: (channel: string): Target => ({ exchange: exchanges.channels.name, key: channel }),
} as const;

/** Orders to one process: live, gone with it. A full inbox refuses, so that whoever floods it harms nobody else. */
const inboxLimits = { maxLength: 10_000, maxBytes: 64 * 1024 * 1024, overflow: 'refuse', deadLetters: false } as const;
/** A full queue refuses, so that its sender hears it: nothing is dropped in silence. Expired messages are dead letters. */
const liveLimits = { maxLength: 10_000, maxBytes: 64 * 1024 * 1024, overflow: 'refuse', deadLetters: true } as const;
const storedLimits = { maxLength: 100_000, maxBytes: 1024 * 1024 * 1024, overflow: 'refuse' } as const;

/** Queues with a fixed meaning. `owner` makes the exclusive ones unique per process. */
export const queues = {
  registry: { name: 'baton.registry', life: 'durable', bindings: [routes.registry] } satisfies QueueSpec,
  results: { name: 'baton.results', life: 'durable', bindings: [routes.results] } satisfies QueueSpec,
  /** Requests to the orchestrators, which share the work. */
  orchestrator: { name: routes.orchestrator.key, life: 'durable', bindings: [] } satisfies QueueSpec,
  deadLetters: {
    name: 'baton.dead-letters',
    life: 'durable',
    bindings: [{ exchange: exchanges.deadLetters.name, key: '' }],
    // Who sends garbage faster than it is stored must not fill the broker's disk: beyond this the oldest go.
    maxLength: 1_000_000,
    maxBytes: 1024 * 1024 * 1024,
    deadLetters: false,
  } satisfies QueueSpec,
  inbox: (agentId: string): QueueSpec => ({
    name: `baton.agent.${agentId}`,
    life: 'exclusive',
    bindings: [routes.inbox(agentId)],
    ...inboxLimits,
  }),
  host: (hostId: string): QueueSpec => ({
    name: `baton.host.${hostId}`,
    life: 'exclusive',
    bindings: [routes.host(hostId)],
    ...inboxLimits,
  }),
  brain: (owner: string): QueueSpec => ({
    name: `baton.brain.${owner}`,
    life: 'exclusive',
    bindings: [routes.brain],
    maxLength: 10_000,
    deadLetters: false,
  }),
  heartbeats: (owner: string, keys: readonly ('agent' | 'host')[]): QueueSpec => ({
    name: `baton.heartbeats.${owner}`,
    life: 'exclusive',
    bindings: keys.map((key) => ({ exchange: exchanges.heartbeats.name, key })),
    maxLength: 10_000,
    deadLetters: false,
  }),
  /** Live messages to one party, direct and of its channels; bindings come and go. `owner` is unique per process. */
  messages: (owner: string, addresses: readonly Address[]): QueueSpec => ({
    name: `baton.messages.${owner}`,
    life: 'exclusive',
    bindings: addresses.map(routes.live),
    ...liveLimits,
  }),
  /** Outlives its owner. */
  mailbox: (address: Address): QueueSpec => ({
    name: `baton.mailbox.${address}`,
    life: 'durable',
    bindings: [routes.mailbox(address)],
    newestFirst: true,
    ...storedLimits,
  }),
  /** Events for one subscriber while it lives. */
  subscription: (owner: string, patterns: readonly string[]): QueueSpec => ({
    name: `baton.subscription.${owner}`,
    life: 'exclusive',
    bindings: patterns.map(routes.event),
    ...liveLimits,
  }),
  /** Events that wait for those who share the subscription of this name. */
  sharedSubscription: (name: string, patterns: readonly string[]): QueueSpec => ({
    name: `baton.subscription.${name}`,
    life: 'durable',
    bindings: patterns.map(routes.event),
    ...storedLimits,
  }),
  events: (owner: string, patterns: readonly string[]): QueueSpec => ({
    name: `baton.events.${owner}`,
    life: 'exclusive',
    bindings: patterns.map((key) => ({ exchange: exchanges.events.name, key })),
    maxLength: 100_000,
    deadLetters: false,
  }),
} as const;
