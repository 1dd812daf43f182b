import { type Auction } from '@baton/contracts';
import { type Bid } from '../pattern';

type Quality = 'cost' | 'seconds' | 'confidence';
const qualities: readonly Quality[] = ['cost', 'seconds', 'confidence'];
const evenly = { cost: 1, seconds: 1, confidence: 1 };

/** Whether a bid is within what the auction takes. */
export function isAcceptable(
  bid: Bid,
  { maxCost, maxSeconds, minConfidence }: NonNullable<Auction['accept']>,
): boolean {
  return (
    bid.cost <= (maxCost ?? Infinity) &&
    bid.seconds <= (maxSeconds ?? Infinity) &&
    bid.confidence >= (minConfidence ?? 0)
  );
}

/**
 * A score of 0 to 1 for each bid: each quality is scaled over the bids, 1 being the best of them, and weighed. Where all
 * are alike in a quality, all have 1 in it. Without weights the three count the same; one that is left out does not count.
 */
export function weigh(bids: readonly Bid[], weights: Partial<Record<Quality, number>> = evenly): number[] {
  const all = qualities.reduce((sum, quality) => sum + (weights[quality] ?? 0), 0);
  const scores = bids.map(() => 0);
  for (const quality of qualities) {
    const share = all === 0 ? 0 : (weights[quality] ?? 0) / all;
    scaled(bids.map((bid) => worthOf(bid, quality))).forEach((worth, index) => {
      scores[index] = (scores[index] as number) + share * worth;
    });
  }
  return scores;
}

/** The higher the better. */
function worthOf(bid: Bid, quality: Quality): number {
  return quality === 'confidence' ? bid.confidence : -bid[quality];
}

function scaled(values: readonly number[]): number[] {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = values.reduce((high, value) => Math.max(high, value), -Infinity);
  return values.map((value) => (most === least ? 1 : (value - least) / (most - least)));
}

/** The better first; of equal ones the earlier, then by the name and id of the agent, so that the order is always the same. */
export function rank(
  one: { readonly bid: Bid; readonly score: number },
  other: { readonly bid: Bid; readonly score: number },
): number {
  return (
    other.score - one.score ||
    compare(one.bid.at, other.bid.at) ||
    compare(one.bid.agent.name, other.bid.agent.name) ||
    compare(one.bid.agent.id, other.bid.agent.id)
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
