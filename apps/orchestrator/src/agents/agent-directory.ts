import { type Bus, outgoing, routes } from '@baton/bus';
import { type Agent, agentDrain, type AgentId, type HistoryEntry, isUuid, NotFoundError } from '@baton/contracts';
import {
  agentHistory,
  type AgentFilter,
  type AgentPage,
  Database,
  getAgent,
  insertCreatedAgent,
  listAgents,
  markDraining,
  terminateAgent,
} from '@baton/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type OrchestratorConfig } from '../config';
import { withStats } from '../performance/agent-stats';
import { BUS, CONFIG } from '../tokens';
import { HostDirectory } from './host-directory';

/** An agent process to start. */
export interface CreateAgent {
  readonly family: string;
  /** Default: the family with a short unique ending. */
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly concurrency?: number;
  /** Further environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A removed agent may finish what it has for so long. */
const DRAIN_MS = 10_000;

/** The agents of the mesh, as the API shows, starts and removes them. */
@Injectable()
export class AgentDirectory {
  constructor(
    private readonly database: Database,
    private readonly hosts: HostDirectory,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: Pick<OrchestratorConfig, 'MAX_AGENTS'>,
  ) {}

  /** Newest first. Those that have ended are left out unless they are asked for by state or `present: false`. */
  async list(filter: AgentFilter, page: AgentPage): Promise<Agent[]> {
    const present = filter.present ?? filter.state !== 'terminated';
    return withStats(this.database, await listAgents(this.database, { ...filter, present }, page));
  }

  /** Throws NotFoundError. */
  async get(id: string): Promise<Agent> {
    const agent = isUuid(id) ? await getAgent(this.database, id) : undefined;
    if (!agent) throw new NotFoundError('AGENT_NOT_FOUND', `The agent ${id}`);
    const [known] = await withStats(this.database, [agent]);
    return known ?? agent;
  }

  async history(id: string): Promise<HistoryEntry[]> {
    await this.get(id);
    return agentHistory(this.database, id);
  }

  /**
   * Lets a host start the agent. Resolves when the host has, before the agent is ready. Throws NoHostError,
   * AgentLimitReachedError, StateConflictError (name taken), and what the host answered.
   */
  async create(request: CreateAgent, actor: string): Promise<Agent> {
    const { family, tags = [], concurrency = null, env = {} } = request;
    const host = await this.hosts.choose(family);
    const id = uuidv7() as AgentId;
    const name = request.name ?? `${family}-${id.slice(-8)}`;
    const row = { id, name, family, host: host.hostname, tags, concurrency: concurrency ?? 1 };
    await insertCreatedAgent(this.database, row, { actor, maxAgents: this.config.MAX_AGENTS });
    try {
      await this.hosts.spawn({ agentId: id, name, family, tags, concurrency, env });
    } catch (error) {
      const details = { problem: (error as Error).message };
      await terminateAgent(this.database, id, { reason: 'never started', actor, details });
      throw error;
    }
    return this.get(id);
  }

  /** Drains and ends the agent for good. Resolves when that is under way. Throws NotFoundError. */
  async remove(id: string, actor: string): Promise<Agent> {
    const agent = await this.get(id);
    if (!(await markDraining(this.database, agent.id, actor, 'removed on request'))) return agent;
    const host = this.hosts.find(agent);
    if (host) await this.hosts.stop(host, agent.name, DRAIN_MS);
    else await this.drainForeign(agent.id, actor);
    return this.get(id);
  }

  /** An agent that no host has was started by somebody else: it is told itself. */
  private async drainForeign(id: AgentId, actor: string): Promise<void> {
    const order = outgoing(agentDrain, { reason: 'removed on request', withinMs: DRAIN_MS });
    const outcome = await this.bus.publish(routes.inbox(id), order, { mandatory: true });
    if (outcome === 'unroutable') await terminateAgent(this.database, id, { reason: 'removed', actor });
  }
}
