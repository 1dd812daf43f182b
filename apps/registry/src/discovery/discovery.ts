import { type AgentsDiscover, type AgentsDiscovered } from '@baton/contracts';
import { listAgents } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';

/** An answer stays well under the size of a message. */
const MOST_AGENTS = 1000;

/** Who can do this? Answered from the database, so that every replica says the same. */
@Injectable()
export class Discovery {
  constructor(private readonly desk: Desk) {}

  async discover(conditions: AgentsDiscover): Promise<AgentsDiscovered> {
    const present = conditions.state !== 'terminated';
    return { agents: await listAgents(this.desk.database, { ...conditions, present }, { limit: MOST_AGENTS }) };
  }
}
