import { type Auction, type NamelessStep } from '@baton/contracts';
import { type GrowingPattern } from '../pattern';
import { termsOf } from '../terms-of';
import { AuctionRun } from './auction-run';

/**
 * Agents bid for a task, sealed; the best bid gets it. Each child is one award: the first to the best bid, the next when
 * that agent has withdrawn. The output is `{ output, winner, bids, calls }`; see AuctionRun for the rules.
 */
export const auction: GrowingPattern = {
  name: 'auction',
  params: [],
  parts(step) {
    const { capability, input, ...more } = step as NamelessStep & Auction;
    return [{ path: '', step: { capability, ...(input !== undefined && { input }), ...termsOf(more) }, variables: [] }];
  },
  expressions(step) {
    const { score } = step as NamelessStep & Auction;
    return typeof score === 'string' ? [{ path: 'score', source: score, variables: ['bid'] }] : [];
  },
  open: (given) => ({ ok: true, run: new AuctionRun(given.step as NamelessStep & Auction, given) }),
};
