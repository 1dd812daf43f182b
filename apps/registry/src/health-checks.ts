import { outgoing } from '@baton/bus';
import { agentPing } from '@baton/contracts';
import { type HealthCheck } from '@baton/observability';
import { statement } from '@baton/persistence';
import { type Desk } from './desk';
import { type Heartbeats } from './presence/heartbeats';
import { type Keeper } from './presence/keeper';
import { type PresenceBook } from './presence/presence-book';

const ALIVE = statement('registry-alive', 'select 1');

/** What a registry cannot work without. The broker is asked by a message to the replica itself. */
export function healthChecks(desk: Desk, heartbeats: Heartbeats, keeper: Keeper, book: PresenceBook): HealthCheck[] {
  return [
    {
      name: 'broker',
      check: async () => {
        const outcome = await desk.bus.publish(heartbeats.echo, outgoing(agentPing, {}), { mandatory: true });
        if (outcome !== 'sent') throw new Error(`a message to the registry itself was ${outcome}`);
      },
    },
    { name: 'database', check: async () => void (await desk.database.run(ALIVE)) },
    {
      name: 'presence',
      check: () => {
        if (keeper.failure) throw keeper.failure as Error;
        return Promise.resolve({ agents: book.size });
      },
    },
  ];
}
