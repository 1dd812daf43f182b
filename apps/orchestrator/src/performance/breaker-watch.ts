import { Batcher } from '@baton/flow';
import { type AgentOffer, type BreakerMove } from '@baton/engine';
import { loadBreakers, saveBreakerMoves, type SavedBreakerMove } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';

export interface BreakerEvents {
  /** Somebody admits work again, or does not any more. */
  changed(): void;
  failed(error: unknown): void;
}

/** How soon a breaker that cooled down is noticed; looked at only while one is not closed. */
const LOOK_EVERY_MS = 100;
/** Between two looks for probes that ended without a word: a record may be under way that long. */
const WORDLESS_EVERY_MS = 1000;
const said = {
  open: 'a circuit breaker opened: this agent is given nothing more of this capability for a while',
  'half-open': 'a circuit breaker cooled down: one attempt will tell',
  closed: 'a circuit breaker closed: this agent is well again',
} as const;

/** Lets time pass for the breakers that are not closed, and stores and tells every move of any. */
export class BreakerWatch {
  private readonly tripped = new Set<AgentOffer>();
  private readonly moves = new Batcher<SavedBreakerMove, undefined>((moves) => this.save(moves));
  private timer: NodeJS.Timeout | undefined;
  private wordlessAt = 0;

  constructor(
    private readonly desk: Desk,
    private readonly events: BreakerEvents,
  ) {}

  /** What was not closed under an earlier brain begins half-open here: one probe decides. */
  async restore(): Promise<void> {
    for (const row of await loadBreakers(this.desk.database)) {
      const offer = this.desk.scheduler.pool.offer(row.agentId, row.capability);
      if (row.state === 'closed' || !offer) continue;
      const move = offer.breaker.restore(row.openings, performance.now());
      this.follow(offer);
      if (row.state === 'open') this.tell(offer, { ...move, from: 'open' });
    }
  }

  /** An attempt of this offer, sent out at `sentMs`, ended. */
  ended(offer: AgentOffer, failed: boolean, sentMs: number, nowMs: number): void {
    const move = offer.breaker.ended(failed, sentMs, nowMs);
    if (!move) return;
    this.follow(offer);
    this.tell(offer, move);
  }

  /** Resolves when every move that was told is stored. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.moves.idle();
  }

  private follow(offer: AgentOffer): void {
    if (offer.breaker.state === 'closed') this.tripped.delete(offer);
    else this.tripped.add(offer);
    if (this.tripped.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  private look(): void {
    const now = performance.now();
    const forWordless = now - this.wordlessAt >= WORDLESS_EVERY_MS;
    if (forWordless) this.wordlessAt = now;
    for (const offer of this.tripped) {
      if (this.isAway(offer)) continue;
      const move = offer.breaker.cooled(now);
      if (move) this.tell(offer, move);
      else if (forWordless && offer.breaker.look(offer.running)) this.events.changed();
    }
  }

  /** Who is away is not tried; who was forgotten is not followed. */
  private isAway(offer: AgentOffer): boolean {
    const { pool } = this.desk.scheduler;
    const { agentId } = offer.agent;
    if (pool.offer(agentId, offer.capability) !== offer) this.tripped.delete(offer);
    return pool.get(agentId) === undefined;
  }

  private tell({ agent: { agentId, name }, capability, breaker }: AgentOffer, move: BreakerMove): void {
    const { from, to, reason, coolDownMs } = move;
    const facts = { event: `breaker.${to}`, agentId, agent: name, capability, reason, coolDownMs };
    this.desk.logger[to === 'open' ? 'warn' : 'info'](facts, said[to]);
    const saved = { agentId, capability, from, to, reason, openings: breaker.openings };
    this.moves
      .add({ ...saved, coolDownMs: to === 'open' ? coolDownMs : null })
      .catch((error: unknown) => this.events.failed(error));
    this.events.changed();
  }

  private async save(moves: readonly SavedBreakerMove[]): Promise<undefined[]> {
    await saveBreakerMoves(this.desk.database, this.desk.epoch, moves);
    return moves.map(() => undefined);
  }
}
