import { type Bus, outgoing, routes } from '@baton/bus';
import { agentPresence, type AgentPresence } from '@baton/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../ports';

/** Tells everybody that an agent came, changed or left. A hint: whoever misses it finds the same in the database. */
@Injectable()
export class Announcer {
  constructor(@Inject(BUS) private readonly bus: Bus) {}

  async announce(presence: AgentPresence): Promise<void> {
    await this.bus.publish(routes.event(`agent.${presence.what}`), outgoing(agentPresence, presence));
  }
}
