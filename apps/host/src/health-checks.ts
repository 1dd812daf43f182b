import { outgoing, routes } from '@baton/bus';
import { agentPing } from '@baton/contracts';
import { type HealthCheck } from '@baton/observability';
import { type Desk } from './desk';
import { type Supervisor } from './supervisor/supervisor';

/** A host is well while the broker takes messages to it and none of its agents has been given up. */
export function healthChecks(desk: Desk, supervisor: Supervisor): HealthCheck[] {
  return [
    {
      name: 'broker',
      check: async () => {
        const outcome = await desk.bus.publish(routes.host(desk.hostId), outgoing(agentPing, {}), { mandatory: true });
        if (outcome !== 'sent') throw new Error(`a message to the host itself was ${outcome}`);
      },
    },
    {
      name: 'agents',
      check: () => {
        const processes = supervisor.snapshot;
        const failed = processes.filter((process) => process.state === 'failed');
        if (failed.length === 0) return Promise.resolve({ processes: processes.length });
        return Promise.reject(new Error(failed.map(({ name, lastExit }) => `${name} failed (${lastExit})`).join(', ')));
      },
    },
  ];
}
