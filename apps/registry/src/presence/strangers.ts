import { outgoing, routes } from '@baton/bus';
import { agentReregister, type AgentId } from '@baton/contracts';
import { loadPresentAgents } from '@baton/persistence';
import { Injectable } from '@nestjs/common';
import { Desk } from '../desk';
import { PresenceBook } from './presence-book';

/** An agent is asked to register at most this often. */
const ASK_EVERY_MS = 3000;
/** More strangers than this at once are left for the next heartbeat. */
const MOST_STRANGERS = 10_000;

/**
 * Agents that were heard but are not in the book: another replica registered them, or nobody knows them (any more). The
 * former are taken over from the database, the latter asked to register.
 */
@Injectable()
export class Strangers {
  private readonly heard = new Set<AgentId>();
  private readonly askedAt = new Map<AgentId, number>();

  constructor(
    private readonly desk: Desk,
    private readonly book: PresenceBook,
  ) {}

  note(id: AgentId): void {
    if (this.heard.size < MOST_STRANGERS) this.heard.add(id);
  }

  async meet(now: number): Promise<void> {
    for (const [id, at] of this.askedAt) if (now - at >= ASK_EVERY_MS) this.askedAt.delete(id);
    if (this.heard.size === 0) return;
    const strangers = [...this.heard];
    this.heard.clear();
    for (const agent of await loadPresentAgents(this.desk.database))
      if (!this.book.has(agent.agentId)) this.book.put(agent, now);
    for (const id of strangers) if (!this.book.has(id) && !this.askedAt.has(id)) await this.ask(id, now);
  }

  private async ask(id: AgentId, now: number): Promise<void> {
    this.askedAt.set(id, now);
    await this.desk.bus.publish(routes.inbox(id), outgoing(agentReregister, {}));
  }
}
