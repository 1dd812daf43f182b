import { type AgentSeen } from '@baton/contracts';
import { RouteHistory } from '../performance/route-history';
import { AgentOffer, type AgentSlots, PooledAgent } from './agent-offer';

const NOBODY: readonly AgentOffer[] = [];
/** Agents that are away and not forgotten, at most. */
const REMEMBERED = 1000;

/**
 * Who can take how much. Counts what was given and what came back; knows nothing of tasks. What it returns is live:
 * it is asked for every task, so nothing is copied.
 */
export class AgentPool {
  private readonly agents = new Map<string, PooledAgent>();
  private readonly byCapability = new Map<string, AgentOffer[]>();
  /** Agents that were taken out, with what they hold and how they did, in case they return. */
  private readonly away = new Map<string, PooledAgent>();
  /** What agents hold that nobody has told of yet. */
  private readonly untold = new Map<string, Map<string, number>>();
  private readonly peers = new Map<string, RouteHistory>();
  private assignments = 0;
  /** Rises with all that is told of agents. */
  changes = 0;

  /** Adds or updates an agent; what it holds stays counted. */
  upsert(agent: AgentSeen): void {
    this.changes += 1;
    const pooled = this.entryOf(agent);
    for (const offered of agent.capabilities) {
      const offer = this.offerOf(pooled, offered.name);
      [offer.limit, offer.version] = [offered.concurrency, offered.version];
      this.indexOf(offered.name).push(offer);
    }
  }

  /** It is offered nothing more; what it still holds and how it did is remembered in case it returns. */
  remove(agentId: string): void {
    const pooled = this.agents.get(agentId);
    if (!pooled) return;
    this.unindex(pooled);
    this.agents.delete(agentId);
    this.away.set(agentId, pooled);
    const [oldest] = this.away.keys();
    if (this.away.size > REMEMBERED && oldest !== undefined) this.away.delete(oldest);
  }

  get(agentId: string): AgentSlots | undefined {
    return this.agents.get(agentId);
  }

  all(): AgentSlots[] {
    return [...this.agents.values()];
  }

  /** Everybody who offers the capability, with or without a free slot. */
  offering(capability: string): readonly AgentOffer[] {
    return this.byCapability.get(capability) ?? NOBODY;
  }

  /** One capability of one agent, which may be away. */
  offer(agentId: string, capability: string): AgentOffer | undefined {
    return this.find(agentId)?.offers.get(capability);
  }

  /** All that an agent offers, or did. */
  offersOf(agentId: string): Iterable<AgentOffer> {
    return this.find(agentId)?.offers.values() ?? NOBODY;
  }

  /** Somebody has a slot for one more, whatever breakers say. */
  hasRoom(capability: string): boolean {
    return this.offering(capability).some((offer) => offer.hasSlot || offer.hasRefill);
  }

  /** Somebody would take work of this capability, and breakers keep all of them from it. */
  isBroken(capability: string): boolean {
    let broken = false;
    for (const offer of this.offering(capability)) {
      if (offer.isBroken) broken = true;
      else if (offer.owner.takesWork) return false;
    }
    return broken;
  }

  /** How all agents together do at a capability. */
  peersOf(capability: string): RouteHistory {
    let history = this.peers.get(capability);
    if (!history) this.peers.set(capability, (history = new RouteHistory()));
    return history;
  }

  setHealth(agentId: string, health: number): void {
    const pooled = this.agents.get(agentId);
    if (pooled) pooled.health = health;
  }

  take(agentId: string, capability: string): void {
    const pooled = this.find(agentId);
    if (!pooled) return this.countUntold(agentId, capability, 1);
    pooled.inFlight += 1;
    pooled.lastAssigned = ++this.assignments;
    const offer = this.offerOf(pooled, capability);
    offer.running += 1;
    offer.breaker.sent();
  }

  giveBack(agentId: string, capability: string): void {
    const pooled = this.find(agentId);
    if (!pooled) return this.countUntold(agentId, capability, -1);
    const offer = pooled.offers.get(capability);
    if (!offer || offer.running === 0) return;
    offer.running -= 1;
    pooled.inFlight -= 1;
  }

  private find(agentId: string): PooledAgent | undefined {
    return this.agents.get(agentId) ?? this.away.get(agentId);
  }

  private entryOf(agent: AgentSeen): PooledAgent {
    const { agentId } = agent;
    const known = this.find(agentId);
    const pooled = known ?? new PooledAgent(agent);
    if (known) this.unindex(known);
    else this.takeUntold(agentId, pooled);
    pooled.agent = agent;
    this.away.delete(agentId);
    this.agents.set(agentId, pooled);
    return pooled;
  }

  private takeUntold(agentId: string, pooled: PooledAgent): void {
    for (const [capability, count] of this.untold.get(agentId) ?? []) {
      this.offerOf(pooled, capability).running += count;
      pooled.inFlight += count;
    }
    this.untold.delete(agentId);
  }

  private countUntold(agentId: string, capability: string, change: number): void {
    const held = this.untold.get(agentId) ?? new Map<string, number>();
    const left = (held.get(capability) ?? 0) + change;
    if (left > 0) held.set(capability, left);
    else held.delete(capability);
    if (held.size > 0) this.untold.set(agentId, held);
    else this.untold.delete(agentId);
  }

  private offerOf(pooled: PooledAgent, capability: string): AgentOffer {
    let offer = pooled.offers.get(capability);
    if (!offer) {
      offer = new AgentOffer(pooled, capability, this.peersOf(capability));
      pooled.offers.set(capability, offer);
    }
    return offer;
  }

  private indexOf(capability: string): AgentOffer[] {
    let offers = this.byCapability.get(capability);
    if (!offers) this.byCapability.set(capability, (offers = []));
    return offers;
  }

  private unindex(pooled: PooledAgent): void {
    for (const offer of pooled.offers.values()) {
      const offers = this.byCapability.get(offer.capability);
      const at = offers?.indexOf(offer) ?? -1;
      if (at >= 0) offers?.splice(at, 1);
    }
  }
}
