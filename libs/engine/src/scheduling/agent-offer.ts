import { type AgentSeen } from '@baton/contracts';
import { CircuitBreaker } from '../breaker/circuit-breaker';
import { Merit } from '../performance/merit';
import { RouteHistory } from '../performance/route-history';
import { Refill } from './refill';

/** An agent with the slots it has left: live, it changes with every assignment. */
export interface AgentSlots {
  readonly agent: AgentSeen;
  readonly inFlight: number;
  readonly free: number;
  /** Rises with every assignment made to anybody; smaller means longer without one. */
  readonly lastAssigned: number;
  /** 0 to 100. */
  readonly health: number;
}

/** An agent below this is given work only while no healthier one has a slot. */
const POOR_HEALTH = 50;

/** One agent of the pool. */
export class PooledAgent implements AgentSlots {
  inFlight = 0;
  lastAssigned = 0;
  health = 100;
  readonly offers = new Map<string, AgentOffer>();

  constructor(public agent: AgentSeen) {}

  get free(): number {
    return Math.max(0, this.agent.concurrency - this.inFlight);
  }

  /** Neither leaving nor paused nor failed. */
  get takesWork(): boolean {
    const { draining, state } = this.agent;
    return !draining && (state === 'idle' || state === 'running');
  }

  get isPoor(): boolean {
    return this.health < POOR_HEALTH;
  }
}

/** One capability of one agent, with what is known of how it does: live. */
export class AgentOffer implements AgentSlots {
  /** Attempts of this capability that are out with the agent. */
  running = 0;
  /** At most so many of them; null: as many as the agent has slots. */
  limit: number | null = null;
  version = '';
  readonly breaker = new CircuitBreaker();
  readonly history = new RouteHistory();
  readonly merit: Merit;
  readonly refill = new Refill();

  constructor(
    readonly owner: PooledAgent,
    readonly capability: string,
    peers: RouteHistory,
  ) {
    this.merit = new Merit(this.history, peers);
  }

  get agent(): AgentSeen {
    return this.owner.agent;
  }

  get inFlight(): number {
    return this.owner.inFlight;
  }

  get free(): number {
    return this.owner.free;
  }

  get lastAssigned(): number {
    return this.owner.lastAssigned;
  }

  get health(): number {
    return this.owner.health;
  }

  /** A slot is free, of the agent and of the capability. Says nothing of the breaker. */
  get hasSlot(): boolean {
    return this.hasRoom(0);
  }

  /** All slots are taken, but attempts here are so short that one more had better wait there. */
  get hasRefill(): boolean {
    const { concurrency, prefetch = 0 } = this.owner.agent;
    return prefetch > 0 && this.hasRoom(this.refill.margin(this.limit ?? concurrency, prefetch));
  }

  /** It would keep an attempt waiting until another one has completed, and those are so short that this is worth it. */
  get keepsNext(): boolean {
    const { prefetch = 0, sequences = false } = this.owner.agent;
    return sequences && this.refill.isBrief && this.breaker.admits && this.hasRoom(prefetch);
  }

  private hasRoom(beyond: number): boolean {
    const { owner } = this;
    return (
      owner.inFlight < owner.agent.concurrency + beyond &&
      (this.limit === null || this.running < this.limit + beyond) &&
      owner.takesWork
    );
  }

  /** Held back by its breaker and by nothing that lasts. */
  get isBroken(): boolean {
    return !this.breaker.admits && this.owner.takesWork;
  }
}
