import { type Auction, type TaskError } from '@baton/contracts';
import { type Bid, type PatternGiven } from '../pattern';
import { asBid, type WeighedBid } from './auction-memo';
import { isAcceptable, rank, weigh } from './weigh-bids';

export type Decided =
  { readonly ok: true; readonly bids: WeighedBid[] } | { readonly ok: false; readonly error: TaskError };

/** The bids of a call, best first, behind them those that are not accepted. Fails when the user's score does. */
export async function decideCall(
  step: Auction,
  bids: readonly Bid[],
  without: readonly string[],
  evaluate: PatternGiven['evaluate'],
): Promise<Decided> {
  const isFit = (bid: Bid): boolean => isAcceptable(bid, step.accept ?? {}) && !without.includes(bid.agent.id);
  const fit = bids.filter(isFit);
  const scores = typeof step.score === 'string' ? await evaluated(fit, evaluate) : weigh(fit, step.score);
  if (!Array.isArray(scores)) return { ok: false, error: scores };
  const ranked = fit.map((bid, index) => ({ bid, score: scores[index] as number })).sort(rank);
  const accepted = ranked.map(({ bid, score }) => ({ ...asBid(bid), score, accepted: true }));
  const refused = bids.filter((bid) => !isFit(bid)).map((bid) => ({ bid, score: 0 }));
  const others = refused.sort(rank).map(({ bid }) => ({ ...asBid(bid), score: null, accepted: false }));
  return { ok: true, bids: [...accepted, ...others] };
}

async function evaluated(bids: readonly Bid[], evaluate: PatternGiven['evaluate']): Promise<number[] | TaskError> {
  const scores: number[] = [];
  for (const bid of bids) {
    const score = await evaluate('score', { bid: asBid(bid) });
    if (!score.ok) return score.error;
    if (typeof score.value !== 'number') {
      const message = `The score of the bid of ${bid.agent.name} is ${JSON.stringify(score.value)}, not a number. Correct the expression.`;
      return { code: 'EXPRESSION_FAILED', message, retryable: false };
    }
    scores.push(score.value);
  }
  return scores;
}
