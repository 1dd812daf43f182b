import { type AttemptToken } from '@baton/contracts';
import { type HeldAttempt } from '@baton/persistence';
import { type Holding, type Scheduler } from '@baton/engine';

/** An attempt that is out, with what the brain remembers of it beyond the row. */
export interface Held {
  readonly row: HeldAttempt;
  /** Moves to running with the agent's first sign of work. */
  state: 'assigned' | 'running';
  /** What it occupies besides its slot. */
  readonly holding: Holding;
  /** performance.now() when it was sent, found after a restart, or when its turn came. */
  sentAt: number;
  /** Counts the agent's heartbeats after it was sent that did not list it. */
  missedBeats: number;
  /** It begins when this attempt, which its agent has too, has completed there. */
  readonly after?: AttemptToken;
  /** What it waited for there has ended. */
  hasTurn?: boolean;
  /** Given up with its agent: that is about to be recorded. */
  lost?: boolean;
}

interface Slot {
  readonly taskId: string;
  readonly agentId: string;
  readonly holding: Holding;
  /** Given back as soon as the end of the attempt is recorded. */
  letGo: boolean;
}

/**
 * Who has what. Two books: `held` says which attempt is current for a task; `slots` says which attempts, current or
 * not, still occupy an agent. An attempt that was canceled or timed out keeps its slot until the agent lets go of it.
 */
export class HeldAttempts {
  private readonly held = new Map<string, Held>();
  private readonly byAgent = new Map<string, Map<string, Held>>();
  private readonly slots = new Map<string, Slot>();
  private readonly tokensOf = new Map<string, Set<string>>();

  /** Those that wait at their agent, by the token they wait for. */
  private readonly followers = new Map<string, Held>();

  constructor(private readonly scheduler: Scheduler) {}

  get size(): number {
    return this.held.size;
  }

  /** The slot must have been taken in the scheduler already. */
  add(held: Held): void {
    const { id, agentId, token } = held.row;
    this.held.set(id, held);
    if (held.after !== undefined) this.followers.set(held.after, held);
    this.slots.set(token, { taskId: id, agentId, holding: held.holding, letGo: false });
    let tokens = this.tokensOf.get(agentId);
    if (!tokens) this.tokensOf.set(agentId, (tokens = new Set()));
    tokens.add(token);
    let ofAgent = this.byAgent.get(agentId);
    if (!ofAgent) this.byAgent.set(agentId, (ofAgent = new Map<string, Held>()));
    ofAgent.set(id, held);
  }

  /** The attempt with this token, if it is the current one of its task. */
  current(taskId: string, token: string): Held | undefined {
    const held = this.held.get(taskId);
    return held?.row.token === token ? held : undefined;
  }

  /** The current attempt of this task. */
  ofTask(taskId: string): Held | undefined {
    return this.held.get(taskId);
  }

  ofAgent(agentId: string): Held[] {
    return [...(this.byAgent.get(agentId)?.values() ?? [])];
  }

  busyAgents(): string[] {
    return [...this.byAgent.keys()];
  }

  all(): Held[] {
    return [...this.held.values()];
  }

  /** The attempt completed, for good: before it is forgotten, its agent is noted as taken for a spread key. */
  completed({ row, holding }: Held): void {
    if (holding.spreadKey !== null) this.scheduler.keepSpread(row.agentId, holding.spreadKey);
  }

  /** The task moved on; the slot stays taken until `freeSlot`. */
  forget(taskId: string, token: string): void {
    const held = this.current(taskId, token);
    if (!held) return;
    this.held.delete(taskId);
    if (held.after !== undefined) this.followers.delete(held.after);
    const ofAgent = this.byAgent.get(held.row.agentId);
    ofAgent?.delete(taskId);
    if (ofAgent?.size === 0) this.byAgent.delete(held.row.agentId);
    if (hasKey(held.holding) && this.slots.get(token)?.letGo) this.freeSlot(token);
  }

  /**
   * The agent let go of this attempt, or is gone. Twice is harmless. A key is held until the end of the attempt is
   * recorded: two under it must not overlap in the history either.
   */
  freeSlot(token: string): void {
    this.letFollow(token);
    const slot = this.slots.get(token);
    if (!slot) return;
    if (hasKey(slot.holding) && this.current(slot.taskId, token)) {
      slot.letGo = true;
      return;
    }
    this.slots.delete(token);
    const tokens = this.tokensOf.get(slot.agentId);
    tokens?.delete(token);
    if (tokens?.size === 0) this.tokensOf.delete(slot.agentId);
    this.scheduler.release(slot.agentId, slot.holding);
  }

  private letFollow(token: string): void {
    const next = this.followers.get(token);
    if (!next) return;
    this.followers.delete(token);
    next.hasTurn = true;
    next.sentAt = performance.now();
  }

  /** Tokens that occupy an agent, current or not. */
  slotsOf(agentId: string): string[] {
    return [...(this.tokensOf.get(agentId) ?? [])];
  }
}

/** What is counted until the end of the attempt is recorded. */
function hasKey({ concurrencyKey, spreadKey }: Holding): boolean {
  return concurrencyKey !== null || spreadKey !== null;
}
