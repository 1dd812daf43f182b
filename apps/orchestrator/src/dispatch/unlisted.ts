import { type Held, type HeldAttempts } from './held-attempts';

/** Beats that must miss an attempt before it counts as never arrived (I6); some weigh more than one. */
const ENOUGH = 3;
/** A beat this long after the attempt was sent cannot have crossed it on the way: two of them will do. */
const ARRIVED_AFTER_MS = 1000;
/** Results that an earlier brain took and never acked come again when the broker gives up its connection. */
const RESULTS_RETURN_MS = 10_000;

/** Draws conclusions from what an agent does not list in its heartbeat: what it does not list, it does not have (I6). */
export class Unlisted {
  private takenUpAt = Infinity;

  constructor(private readonly held: HeldAttempts) {}

  /**
   * What is held now was found in the database, out for nobody knows how long; what follows is sent by this brain. All
   * times are of one monotonic clock, that of `Held.sentAt`.
   */
  takenUp(now: number): void {
    this.takenUpAt = now;
  }

  /** Frees the slots of what the agent is done with; returns the attempts that never arrived. */
  after(agentId: string, listed: ReadonlySet<string>, now: number): Held[] {
    this.freeSlots(agentId, listed);
    return this.held.ofAgent(agentId).filter((held) => {
      if (listed.has(held.row.token)) held.missedBeats = 0;
      else held.missedBeats += now - held.sentAt >= ARRIVED_AFTER_MS ? ENOUGH / 2 : 1;
      return held.missedBeats >= ENOUGH && !this.mayHaveEnded(held, now);
    });
  }

  /** Of attempts that are over; and of those an earlier brain sent, whose results are on their way. */
  private freeSlots(agentId: string, listed: ReadonlySet<string>): void {
    const current = new Map(this.held.ofAgent(agentId).map((held) => [held.row.token as string, held]));
    for (const token of this.held.slotsOf(agentId)) {
      if (listed.has(token)) continue;
      const held = current.get(token);
      if (!held || this.isAdopted(held)) this.held.freeSlot(token);
    }
  }

  private mayHaveEnded(held: Held, now: number): boolean {
    return this.isAdopted(held) && now - this.takenUpAt < RESULTS_RETURN_MS;
  }

  private isAdopted({ sentAt }: Held): boolean {
    return sentAt < this.takenUpAt;
  }
}
