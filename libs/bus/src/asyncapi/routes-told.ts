import { type Target } from '../bus';
import { exchanges, routes } from '../topology';

/** Where messages are sent to. */
export interface ToldRoute {
  readonly target: Target;
  readonly description: string;
}

/** Every kind of address there is. What varies stands in braces; the rest is the topology's. */
export const toldRoutes = {
  agentInbox: {
    target: routes.inbox('{agentId}'),
    description: 'The inbox of one agent instance. When its connection ends the queue is gone, and messages come back.',
  },
  hostInbox: { target: routes.host('{hostId}'), description: 'Orders to a host.' },
  brainHints: { target: routes.brain, description: 'Whoever is the brain.' },
  registry: { target: routes.registry, description: 'The registries, which share the work.' },
  results: { target: routes.results, description: 'How attempts go and end.' },
  orchestrator: {
    target: routes.orchestrator,
    description: 'Requests to the orchestrators, which share the work. By the default exchange.',
  },
  agentHeartbeats: { target: routes.agentHeartbeats, description: 'Agents are alive.' },
  hostHeartbeats: { target: routes.hostHeartbeats, description: 'Hosts are alive.' },
  registryEcho: {
    target: { exchange: exchanges.heartbeats.name, key: 'registry.{owner}' },
    description: 'A registry hears itself, and so knows that it hears the others.',
  },
  taskEvents: { target: routes.event('task.{state}.{capability}'), description: 'Tasks ended.' },
  workflowEvents: { target: routes.event('workflow.{state}'), description: 'Workflows changed.' },
  workflowStepEvents: { target: routes.event('workflow.step.{state}'), description: 'Steps of workflows changed.' },
  workflowProgressEvents: { target: routes.event('workflow.progress'), description: 'How far workflows are.' },
  agentEvents: { target: routes.event('agent.{what}'), description: 'Agents came, changed or went.' },
  events: { target: routes.event('{key}'), description: 'Events of services and agents: publish-subscribe.' },
  live: {
    target: routes.live('{address}'),
    description: 'Whoever is there now under this address. Several addresses in one publish (CC): multicast.',
  },
  mailbox: { target: routes.mailbox('{address}'), description: 'What waits for this address.' },
  channel: { target: routes.channel('{channel}'), description: 'All members of a channel: broadcast.' },
  deadLetters: {
    target: { exchange: exchanges.deadLetters.name, key: '' },
    description: 'What could not be handled, as it came, with the reason in its headers.',
  },
} as const satisfies Record<string, ToldRoute>;
export type RouteName = keyof typeof toldRoutes;
