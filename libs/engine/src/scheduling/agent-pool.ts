import { type AgentSeen } from '@baton/contracts';

/** An agent with the slots it has left. */
export interface AgentSlots {
  readonly agent: AgentSeen;
  readonly inFlight: number;
  readonly free: number;
  /** Rises with every assignment made to anybody; smaller means longer without one. */
  readonly lastAssigned: number;
}

interface Entry {
  agent: AgentSeen;
  inFlight: number;
  lastAssigned: number;
  readonly perCapability: Map<string, number>;
}

/** Who can take how much. Counts what was given and what came back; knows nothing of tasks. */
export class AgentPool {
  private readonly entries = new Map<string, Entry>();
  private readonly byCapability = new Map<string, Set<Entry>>();
  private assignments = 0;

  /** Adds or updates an agent; what it holds stays counted. */
  upsert(agent: AgentSeen): void {
    const known = this.entries.get(agent.agentId);
    const entry = known ?? { agent, inFlight: 0, lastAssigned: 0, perCapability: new Map<string, number>() };
    if (known) this.unindex(known);
    entry.agent = agent;
    this.entries.set(agent.agentId, entry);
    for (const { name } of agent.capabilities) this.indexOf(name).add(entry);
  }

  remove(agentId: string): void {
    const entry = this.entries.get(agentId);
    if (!entry) return;
    this.unindex(entry);
    this.entries.delete(agentId);
  }

  get(agentId: string): AgentSlots | undefined {
    const entry = this.entries.get(agentId);
    return entry && this.slots(entry);
  }

  all(): AgentSlots[] {
    return [...this.entries.values()].map((entry) => this.slots(entry));
  }

  /** Everybody who offers the capability, with or without a free slot. */
  offering(capability: string): AgentSlots[] {
    return [...(this.byCapability.get(capability) ?? [])].map((entry) => this.slots(entry));
  }

  /** Those who can take one more of this capability now. */
  available(capability: string): AgentSlots[] {
    const found: AgentSlots[] = [];
    for (const entry of this.byCapability.get(capability) ?? []) {
      if (this.canTake(entry, capability)) found.push(this.slots(entry));
    }
    return found;
  }

  take(agentId: string, capability: string): void {
    const entry = this.entries.get(agentId);
    if (!entry) return;
    entry.inFlight += 1;
    entry.lastAssigned = ++this.assignments;
    entry.perCapability.set(capability, (entry.perCapability.get(capability) ?? 0) + 1);
  }

  giveBack(agentId: string, capability: string): void {
    const entry = this.entries.get(agentId);
    if (!entry) return;
    entry.inFlight = Math.max(0, entry.inFlight - 1);
    entry.perCapability.set(capability, Math.max(0, (entry.perCapability.get(capability) ?? 0) - 1));
  }

  private canTake({ agent, inFlight, perCapability }: Entry, capability: string): boolean {
    if (inFlight >= agent.concurrency || agent.draining) return false;
    if (agent.state !== 'idle' && agent.state !== 'running') return false;
    const limit = agent.capabilities.find((offered) => offered.name === capability)?.concurrency ?? null;
    return limit === null || (perCapability.get(capability) ?? 0) < limit;
  }

  private slots({ agent, inFlight, lastAssigned }: Entry): AgentSlots {
    return { agent, inFlight, lastAssigned, free: Math.max(0, agent.concurrency - inFlight) };
  }

  private indexOf(capability: string): Set<Entry> {
    let set = this.byCapability.get(capability);
    if (!set) this.byCapability.set(capability, (set = new Set()));
    return set;
  }

  private unindex(entry: Entry): void {
    for (const { name } of entry.agent.capabilities) this.byCapability.get(name)?.delete(entry);
  }
}
