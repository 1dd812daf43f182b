import { type AgentId, type AgentSeen, type AgentState } from '@baton/contracts';
import { moveAgent } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { Announcer } from './announcer';
import { PresenceBook } from './presence-book';

/** What agents say of themselves in heartbeats that others must hear of. */
@Injectable()
export class SelfReports {
  constructor(
    private readonly desk: Desk,
    private readonly book: PresenceBook,
    private readonly announcer: Announcer,
  ) {}

  draining(agent: AgentSeen): void {
    void this.announcer.announce({ agentId: agent.agentId, what: 'updated', reason: 'draining', agent });
  }

  /** A state the agent chose itself (paused, error): recorded by legal steps; a failure comes up again next beat. */
  moved(id: AgentId, way: { readonly from: AgentState; readonly to: AgentState }): void {
    this.record(id, way).catch((err: unknown) => {
      this.desk.logger.warn({ event: 'agent.move.failed', agentId: id, err }, 'a state was not recorded; tried again');
    });
  }

  private async record(agentId: AgentId, way: { readonly from: AgentState; readonly to: AgentState }): Promise<void> {
    const by = { actor: `agent:${agentId}`, reason: 'as the agent reported' };
    if (!(await moveAgent(this.desk.database, agentId, way, by))) return;
    const agent = this.book.moved(agentId, way.to);
    if (agent) await this.announcer.announce({ agentId, what: 'updated', reason: way.to, agent });
  }
}
