import { type AgentHeartbeat, type AgentId, type AgentSeen, type AgentState } from '@baton/contracts';
import { healthScore } from '@baton/engine';

/** What a heartbeat said that others must hear of. */
export type Hearing =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'same' }
  | { readonly kind: 'draining'; readonly agent: AgentSeen }
  | { readonly kind: 'moved'; readonly from: AgentState; readonly to: AgentState };

export interface Load {
  readonly agentId: AgentId;
  readonly heardAgoMs: number;
  readonly inFlight: number;
  readonly draining: boolean;
  readonly health: number;
  readonly usage: AgentHeartbeat['usage'];
}

interface Entry {
  agent: AgentSeen;
  /** The audited state; running is idle with work. */
  state: AgentState;
  heardAt: number;
  inFlight: number;
  usage: AgentHeartbeat['usage'];
  /** Heard since it was last taken to be saved. */
  fresh: boolean;
  savedHealth: number;
  /** Of its recent attempts; null: too few to tell. */
  successRate: number | null;
}

/**
 * The agents this replica knows, in memory: soft state, made again from the database and from heartbeats. Times are
 * milliseconds of a clock that never jumps, handed in.
 */
export class PresenceBook {
  private readonly entries = new Map<AgentId, Entry>();

  constructor(private readonly windows: { readonly heartbeatEveryMs: number; readonly lostAfterMs: number }) {}

  get size(): number {
    return this.entries.size;
  }

  has(id: AgentId): boolean {
    return this.entries.has(id);
  }

  get(id: AgentId): AgentSeen | undefined {
    return this.entries.get(id)?.agent;
  }

  /** Enters the agent as heard just now, whatever was known before. */
  put(agent: AgentSeen, now: number): void {
    const known = this.entries.get(agent.agentId);
    const usage = known?.usage ?? { cpuPercent: 0, memoryMb: 0, loadAverage: 0 };
    const state = audited(agent.state);
    const kept = { usage, successRate: known?.successRate ?? null };
    this.entries.set(agent.agentId, {
      agent,
      state,
      heardAt: now,
      inFlight: 0,
      fresh: false,
      savedHealth: 100,
      ...kept,
    });
  }

  remove(id: AgentId): boolean {
    return this.entries.delete(id);
  }

  hear(beat: AgentHeartbeat, now: number): Hearing {
    const entry = this.entries.get(beat.agentId);
    if (!entry) return { kind: 'unknown' };
    Object.assign(entry, { heardAt: now, inFlight: beat.inFlight.length, usage: beat.usage, fresh: true });
    const said = audited(beat.state);
    if (said !== entry.state && said !== 'initializing' && said !== 'created')
      return { kind: 'moved', from: entry.state, to: said };
    if (beat.draining && !entry.agent.draining) {
      entry.agent = { ...entry.agent, draining: true };
      return { kind: 'draining', agent: entry.agent };
    }
    return { kind: 'same' };
  }

  /** The agent has made an audited move. */
  moved(id: AgentId, to: AgentState): AgentSeen | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    entry.state = to;
    entry.agent = { ...entry.agent, state: to };
    return entry.agent;
  }

  /** Loads to save: of those heard since the last call, and of those whose health has changed by silence. */
  takeChanged(now: number): Load[] {
    const loads: Load[] = [];
    for (const [agentId, entry] of this.entries) {
      const health = this.healthOf(entry, now);
      if (!entry.fresh && health === entry.savedHealth) continue;
      entry.fresh = false;
      entry.savedHealth = health;
      const { inFlight, usage, agent } = entry;
      loads.push({ agentId, heardAgoMs: now - entry.heardAt, inFlight, draining: agent.draining, health, usage });
    }
    return loads;
  }

  /** Saving failed: these are to be saved again. */
  giveBack(loads: readonly Load[]): void {
    for (const { agentId } of loads) {
      const entry = this.entries.get(agentId);
      if (entry) entry.fresh = true;
    }
  }

  /** What is known of the recent attempts of agents, 0 to 1; nothing is known of the others. */
  rate(rates: ReadonlyMap<string, number>): void {
    for (const [id, entry] of this.entries) entry.successRate = rates.get(id) ?? null;
  }

  /** Those not heard for the whole window, with how long. */
  silent(now: number): { readonly id: AgentId; readonly silentMs: number }[] {
    return [...this.entries]
      .map(([id, entry]) => ({ id, silentMs: now - entry.heardAt }))
      .filter((one) => one.silentMs >= this.windows.lostAfterMs);
  }

  private healthOf(entry: Entry, now: number): number {
    return healthScore({
      ...this.windows,
      heartbeatAgeMs: now - entry.heardAt,
      successRate: entry.successRate,
      inFlight: entry.inFlight,
      concurrency: entry.agent.concurrency,
      present: true,
    });
  }
}

function audited(state: AgentState): AgentState {
  return state === 'running' ? 'idle' : state;
}
