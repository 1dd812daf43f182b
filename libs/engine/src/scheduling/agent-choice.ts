import { type AgentOffer } from './agent-offer';
import { chanceFrom } from './chance';
import { strategies, type StrategyName } from './strategies/strategies';
import { type Strategy } from './strategies/strategy';

/** Why this agent: the policy and the scores of those who could have had it, best first, at most five. */
export interface Choice {
  readonly strategy: StrategyName;
  readonly candidates: readonly { readonly agentId: string; readonly score: number }[];
}

/** Further conditions of a task on an agent. */
export type Fits = (offer: AgentOffer) => boolean;

/** Candidates kept with their scores, to say why. */
const KEPT = 5;

/**
 * Picks the best candidate in one pass. Rules:
 * A1 A candidate has a free slot, its breaker admits it, and it fits. While nobody has one, those count whose attempts
 *    are so short that they had better have the next one waiting.
 * A2 Who is in poor health is behind everybody who is not, whatever the scores.
 * A3 Then the highest score, then the longest without work.
 */
export class AgentChoice {
  private readonly chance: () => number;
  private readonly best: AgentOffer[] = [];
  private readonly scores: number[] = [];
  private kept = 0;

  constructor(seed: number) {
    this.chance = chanceFrom(seed);
  }

  /** The choice among these; its first candidate is the one. Undefined: none can take more now. */
  choose(offers: readonly AgentOffer[], fits: Fits | undefined, name: StrategyName, nowMs: number): Choice | undefined {
    const score: Strategy = strategies[name];
    const moment = { nowMs, dice: offers.length > 1 ? this.chance() : 1, chance: this.chance };
    this.kept = 0;
    for (const offer of offers) if (offer.hasSlot && mayTake(offer, fits)) this.insert(offer, score(offer, moment));
    if (this.kept === 0) {
      for (const offer of offers) if (offer.hasRefill && mayTake(offer, fits)) this.insert(offer, score(offer, moment));
    }
    return this.chosen(name);
  }

  /** For work that breakers keep everybody from: those that yield (C5) let it go. */
  chooseAnyway(
    offers: readonly AgentOffer[],
    fits: Fits | undefined,
    name: StrategyName,
    nowMs: number,
  ): Choice | undefined {
    this.kept = 0;
    if (!allYield(offers, fits)) return undefined;
    const moment = { nowMs, dice: 1, chance: this.chance };
    const score: Strategy = strategies[name];
    for (const offer of offers) if (offer.hasSlot && (!fits || fits(offer))) this.insert(offer, score(offer, moment));
    return this.chosen(name);
  }

  private chosen(strategy: StrategyName): Choice | undefined {
    return this.kept === 0 ? undefined : { strategy, candidates: this.candidates() };
  }

  private candidates(): Choice['candidates'] {
    const found = [];
    for (let at = 0; at < this.kept; at += 1) {
      const { agentId } = (this.best[at] as AgentOffer).agent;
      found.push({ agentId, score: this.scores[at] as number });
    }
    return found;
  }

  /** Most candidates are behind the last one kept and cost one comparison. */
  private insert(offer: AgentOffer, score: number): void {
    let at = this.kept;
    while (at > 0 && this.isBefore(offer, score, at - 1)) at -= 1;
    if (at >= KEPT) return;
    if (this.kept < KEPT) this.kept += 1;
    for (let to = this.kept - 1; to > at; to -= 1) {
      this.best[to] = this.best[to - 1] as AgentOffer;
      this.scores[to] = this.scores[to - 1] as number;
    }
    this.best[at] = offer;
    this.scores[at] = score;
  }

  private isBefore(offer: AgentOffer, score: number, at: number): boolean {
    const other = this.best[at] as AgentOffer;
    if (offer.owner.isPoor !== other.owner.isPoor) return other.owner.isPoor;
    const otherScore = this.scores[at] as number;
    return score > otherScore || (score === otherScore && offer.lastAssigned < other.lastAssigned);
  }
}

function mayTake(offer: AgentOffer, fits: Fits | undefined): boolean {
  return offer.breaker.admits && (!fits || fits(offer));
}

/** Everybody who could take it is kept from it by a breaker, and all of these yield. */
function allYield(offers: readonly AgentOffer[], fits: Fits | undefined): boolean {
  let some = false;
  for (const offer of offers) {
    if (!offer.owner.takesWork || (fits && !fits(offer))) continue;
    if (offer.breaker.admits || !offer.breaker.yields) return false;
    some = true;
  }
  return some;
}

/** Why `choose` found nobody among these. */
export type Lack = 'nobody-offers' | 'nobody-fits' | 'breakers-open' | 'all-busy';

export function lackOf(offers: readonly AgentOffer[], fits: Fits | undefined): Lack {
  if (offers.length === 0) return 'nobody-offers';
  let [fitting, broken, working] = [0, 0, 0];
  for (const offer of offers) {
    if (fits && !fits(offer)) continue;
    fitting += 1;
    if (offer.isBroken) broken += 1;
    else if (offer.owner.takesWork) working += 1;
  }
  if (fitting === 0) return 'nobody-fits';
  return broken > 0 && working === 0 ? 'breakers-open' : 'all-busy';
}
