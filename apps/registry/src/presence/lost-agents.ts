import { outgoing, type PublishOutcome, routes } from '@baton/bus';
import { agentPing, type AgentId } from '@baton/contracts';
import { type EndOfAgent, terminateAgent } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { Announcer } from './announcer';
import { PresenceBook } from './presence-book';

/** Agents reconnect within this after the broker came back; before that a missing inbox means nothing. */
const SETTLED_MS = 3000;
/** Between two pings to an inbox that seems to be gone. */
const SECOND_LOOK_MS = 150;

/** Beyond this, silence has to show who is lost. */
const MOST_SUSPECTS = 10_000;

/** Decides that an agent is lost, once, and lets everybody know, so that its tasks move on. */
@Injectable()
export class LostAgents {
  private readonly suspects = new Set<AgentId>();
  private readonly checking = new Set<AgentId>();

  constructor(
    private readonly desk: Desk,
    private readonly book: PresenceBook,
    private readonly announcer: Announcer,
  ) {}

  /** Somebody could not reach it: two pings decide. While the connection is young it stays a suspect for later. */
  async suspect(id: AgentId): Promise<void> {
    if (this.checking.has(id) || this.suspects.size >= MOST_SUSPECTS) return;
    this.checking.add(id);
    this.suspects.add(id);
    try {
      if (this.desk.bus.connectedForMs < SETTLED_MS) return;
      if ((await this.inboxIsGone(id)) && (await this.isStillGone(id))) await this.end(id, { reason: 'unreachable' });
      if (this.desk.bus.connected) this.suspects.delete(id);
    } finally {
      this.checking.delete(id);
    }
  }

  /** Suspects that had to wait. */
  async recheck(): Promise<void> {
    for (const id of [...this.suspects]) await this.suspect(id);
  }

  /** Ends those this replica has not heard for the whole window, unless another one has. */
  async endSilent(now: number): Promise<void> {
    const silentForMs = this.desk.lostAfterMs;
    for (const { id, silentMs } of this.book.silent(now)) {
      if ((await this.ping(id)) === 'dropped') return;
      await this.end(id, { reason: 'lost', silentForMs, details: { silentMs: Math.round(silentMs) } });
    }
  }

  private async end(id: AgentId, why: Pick<EndOfAgent, 'reason' | 'silentForMs' | 'details'>): Promise<void> {
    if (!(await terminateAgent(this.desk.database, id, { ...why, actor: this.desk.actor }))) return;
    const agent = this.book.get(id)?.name;
    this.book.remove(id);
    this.desk.logger.warn({ event: 'agent.lost', agentId: id, agent, reason: why.reason }, 'an agent is lost');
    await this.announcer.announce({ agentId: id, what: 'lost', reason: why.reason });
  }

  private async isStillGone(id: AgentId): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK_MS));
    return this.inboxIsGone(id);
  }

  private async inboxIsGone(id: AgentId): Promise<boolean> {
    return (await this.ping(id)) === 'unroutable';
  }

  private ping(id: AgentId): Promise<PublishOutcome> {
    return this.desk.bus.publish(routes.inbox(id), outgoing(agentPing, {}), { mandatory: true });
  }
}
