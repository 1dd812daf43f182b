import { type AgentSeen } from '@baton/contracts';
import { RouteHistory } from '../performance/route-history';
import { AgentOffer, type AgentSlots, PooledAgent } from './agent-offer';

const NOBODY: readonly AgentOffer[] = [];

/**
 * Who can take how much. Counts what was given and what came back; knows nothing of tasks. What it returns is live:
 * it is asked for every task, so nothing is copied.
 */
export class AgentPool {
  private readonly agents = new Map<string, PooledAgent>();
  private readonly byCapability = new Map<string, AgentOffer[]>();
  /** What agents hold that are not here (yet): they come back with it. */
  private readonly absent = new Map<string, Map<string, number>>();
  private readonly peers = new Map<string, RouteHistory>();
  private assignments = 0;

  /** Adds or updates an agent; what it holds stays counted. */
  upsert(agent: AgentSeen): void {
    let pooled = this.agents.get(agent.agentId);
    if (pooled) {
      pooled.agent = agent;
      this.unindex(pooled);
    } else {
      pooled = new PooledAgent(agent);
      this.agents.set(agent.agentId, pooled);
    }
    for (const offered of agent.capabilities) {
      const offer = this.offerOf(pooled, offered.name);
      [offer.limit, offer.version] = [offered.concurrency, offered.version];
      this.indexOf(offered.name).push(offer);
    }
    this.welcome(pooled);
  }

  /** What it still holds is remembered until it is given back, in case the agent returns. */
  remove(agentId: string): void {
    const pooled = this.agents.get(agentId);
    if (!pooled) return;
    this.unindex(pooled);
    this.agents.delete(agentId);
    const held = [...pooled.offers.values()].filter((offer) => offer.running > 0);
    if (held.length > 0) this.absent.set(agentId, new Map(held.map((offer) => [offer.capability, offer.running])));
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

  /** One capability of one agent, while it is here. */
  offer(agentId: string, capability: string): AgentOffer | undefined {
    return this.agents.get(agentId)?.offers.get(capability);
  }

  /** Those who can take one more of this capability now. */
  available(capability: string): AgentOffer[] {
    return this.offering(capability).filter((offer) => offer.hasSlot && offer.breaker.admits);
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
    const pooled = this.agents.get(agentId);
    if (!pooled) return this.countAbsent(agentId, capability, 1);
    pooled.inFlight += 1;
    pooled.lastAssigned = ++this.assignments;
    const offer = this.offerOf(pooled, capability);
    offer.running += 1;
    offer.breaker.sent();
  }

  giveBack(agentId: string, capability: string): void {
    const pooled = this.agents.get(agentId);
    if (!pooled) return this.countAbsent(agentId, capability, -1);
    const offer = pooled.offers.get(capability);
    if (!offer || offer.running === 0) return;
    offer.running -= 1;
    pooled.inFlight -= 1;
  }

  private welcome(pooled: PooledAgent): void {
    const { agentId } = pooled.agent;
    const held = this.absent.get(agentId);
    if (!held) return;
    this.absent.delete(agentId);
    for (const [capability, count] of held) {
      this.offerOf(pooled, capability).running += count;
      pooled.inFlight += count;
    }
  }

  private countAbsent(agentId: string, capability: string, change: number): void {
    const held = this.absent.get(agentId) ?? new Map<string, number>();
    const left = (held.get(capability) ?? 0) + change;
    if (left > 0) held.set(capability, left);
    else held.delete(capability);
    if (held.size > 0) this.absent.set(agentId, held);
    else this.absent.delete(agentId);
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
