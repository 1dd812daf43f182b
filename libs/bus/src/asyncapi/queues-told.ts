import { type QueueSpec } from '../bus';
import { queues } from '../topology';
import { type Party } from './parties';
import { type RouteName, toldRoutes } from './routes-told';

/** Where messages are read from. */
export interface ToldQueue {
  readonly spec: QueueSpec;
  readonly readers: readonly Party[];
  /** Which addresses it gets messages of. */
  readonly takes: readonly RouteName[];
  /** Bound to these as well while somebody wants it: membership of a channel. */
  readonly alsoTakes?: readonly RouteName[];
  readonly acks: boolean;
  readonly description: string;
}

const registryHeartbeats = queues.heartbeats('{owner}', ['agent']);
const echo = toldRoutes.registryEcho.target;

/** What may be subscribed to. */
const eventRoutes = [
  'events',
  'taskEvents',
  'workflowEvents',
  'workflowStepEvents',
  'workflowProgressEvents',
  'agentEvents',
] as const;

/** Every kind of queue there is, as the code declares it. */
export const toldQueues = {
  agentInboxQueue: {
    spec: queues.inbox('{agentId}'),
    readers: ['agent'],
    takes: ['agentInbox'],
    acks: false,
    description: 'Declared by the agent, before it registers.',
  },
  hostInboxQueue: {
    spec: queues.host('{hostId}'),
    readers: ['host'],
    takes: ['hostInbox'],
    acks: true,
    description: 'Declared by the host.',
  },
  brainQueue: {
    spec: queues.brain('{owner}'),
    readers: ['brain'],
    takes: ['brainHints'],
    acks: false,
    description: 'One term of a brain.',
  },
  registryQueue: {
    spec: queues.registry,
    readers: ['registry'],
    takes: ['registry'],
    acks: true,
    description: 'Shared by the registries.',
  },
  resultsQueue: {
    spec: queues.results,
    readers: ['brain'],
    takes: ['results'],
    acks: true,
    description: 'Read by the brain, acknowledged after the commit.',
  },
  orchestratorQueue: {
    spec: queues.orchestrator,
    readers: ['door'],
    takes: ['orchestrator'],
    acks: true,
    description: 'Shared by the orchestrators, acknowledged after the commit.',
  },
  brainHeartbeatsQueue: {
    spec: queues.heartbeats('{owner}', ['agent']),
    readers: ['brain'],
    takes: ['agentHeartbeats'],
    acks: false,
    description: 'What the brain hears of agents.',
  },
  registryHeartbeatsQueue: {
    spec: {
      ...registryHeartbeats,
      bindings: [...registryHeartbeats.bindings, { exchange: echo.exchange, key: echo.key }],
    },
    readers: ['registry'],
    takes: ['agentHeartbeats', 'registryEcho'],
    acks: false,
    description: 'What a registry hears of agents, and of itself.',
  },
  hostHeartbeatsQueue: {
    spec: queues.heartbeats('hosts.{owner}', ['host']),
    readers: ['door'],
    takes: ['hostHeartbeats'],
    acks: false,
    description: 'What an orchestrator hears of hosts.',
  },
  brainEventsQueue: {
    spec: queues.events('{owner}', ['agent.*']),
    readers: ['brain'],
    takes: ['agentEvents'],
    acks: false,
    description: 'Agents that come and go.',
  },
  doorEventsQueue: {
    spec: queues.events('door.{owner}', ['task.#']),
    readers: ['door'],
    takes: ['taskEvents'],
    acks: false,
    description: 'Tasks that somebody waits for.',
  },
  messagesQueue: {
    spec: queues.messages('{owner}', ['{address}']),
    readers: ['agent', 'service'],
    takes: ['live'],
    alsoTakes: ['channel'],
    acks: true,
    description: 'Live messages of one party: to its addresses, and of the channels it is in.',
  },
  mailboxQueue: {
    spec: queues.mailbox('{address}'),
    readers: ['agent', 'service'],
    takes: ['mailbox'],
    alsoTakes: ['channel'],
    acks: true,
    description: 'Durable messages of one party. Outlives it.',
  },
  subscriptionQueue: {
    spec: queues.subscription('{owner}', ['{key}']),
    readers: ['agent', 'service'],
    takes: [...eventRoutes],
    acks: true,
    description: 'Events by pattern, for one subscriber while it lives.',
  },
  sharedSubscriptionQueue: {
    spec: queues.sharedSubscription('{name}', ['{key}']),
    readers: ['agent', 'service'],
    takes: [...eventRoutes],
    acks: true,
    description: 'Events by pattern that wait, for all who share the subscription.',
  },
  deadLettersQueue: {
    spec: queues.deadLetters,
    readers: ['door'],
    takes: ['deadLetters'],
    acks: true,
    description: 'Read by the orchestrators, which keep the letters in the database.',
  },
  healthQueue: {
    spec: { name: 'baton.health.{id}', life: 'exclusive', bindings: [], maxLength: 10, deadLetters: false },
    readers: [],
    takes: [],
    acks: false,
    description: 'A process asks the broker whether messages flow, by one to itself.',
  },
} as const satisfies Record<string, ToldQueue>;
export type QueueName = keyof typeof toldQueues;
