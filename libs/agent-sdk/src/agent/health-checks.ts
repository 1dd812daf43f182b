import { type Bus, outgoing, routes } from '@baton/bus';
import { agentPing, type AgentId } from '@baton/contracts';
import { type HealthCheck } from '@baton/observability';

/** Whether work can reach the agent: a ping to its own inbox through the broker, and a registry that knows it. */
export function agentHealthChecks(bus: Bus, agentId: AgentId, isRegistered: () => boolean): HealthCheck[] {
  const broker = async (): Promise<void> => {
    if (!bus.connected) throw new Error('no connection to the broker; it is tried again all the time');
    const outcome = await bus.publish(routes.inbox(agentId), outgoing(agentPing, {}), { mandatory: true });
    if (outcome !== 'sent') throw new Error(`a ping to the own inbox was ${outcome}`);
  };
  const registry = (): Promise<void> =>
    isRegistered() ? Promise.resolve() : Promise.reject(new Error('no registry has answered yet'));
  return [
    { name: 'broker', check: broker },
    { name: 'registry', check: registry },
  ];
}
