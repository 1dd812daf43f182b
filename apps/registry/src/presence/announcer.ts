import { outgoing, routes } from '@baton/bus';
import { agentPresence, type AgentPresence } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';

/** Tells everybody that an agent came, changed or left. A hint: whoever misses it finds the same in the database. */
@Injectable()
export class Announcer {
  constructor(private readonly desk: Desk) {}

  async announce(presence: AgentPresence): Promise<void> {
    await this.desk.bus.publish(routes.event(`agent.${presence.what}`), outgoing(agentPresence, presence));
  }
}
