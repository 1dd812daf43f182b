import { outgoing, type Outgoing } from '@baton/bus';
import { type AgentId, auctionBid, type AuctionCall, auctionDeclined } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Offer, type Offers } from '../capability/offer';
import { type Bid, defaultBid, type Workload } from './bid';

export interface BidderParts {
  readonly agentId: AgentId;
  readonly offers: Offers;
  readonly logger: Logger;
  /** Undefined: the agent takes nothing new. */
  workload(offer: Offer): Workload | undefined;
}

/** Answers calls for bids. Every call gets an answer: who declines does not hold up the others. */
export class Bidder {
  constructor(private readonly parts: BidderParts) {}

  async answer(call: AuctionCall): Promise<Outgoing> {
    const { agentId, logger } = this.parts;
    const { callId, capability } = call;
    const decline = (reason: string): Outgoing => outgoing(auctionDeclined, { callId, agentId, reason });
    try {
      const bid = await this.consider(call);
      return typeof bid === 'string' ? decline(bid) : outgoing(auctionBid, { callId, agentId, ...bid });
    } catch (err) {
      logger.warn({ event: 'bid.failed', capability, err }, 'the bid hook of a capability failed; it declines');
      return decline('its bid hook failed');
    }
  }

  private async consider(call: AuctionCall): Promise<Required<Bid> | string> {
    const offer = this.parts.offers.get(call.capability);
    if (!offer) return `does not offer ${call.capability}`;
    const workload = this.parts.workload(offer);
    if (!workload) return 'is leaving';
    if (offer.checkInput(call.input).length > 0) return 'the input does not fit its schema';
    const usual = defaultBid(workload);
    if (!offer.capability.bid) return usual;
    const { capability, windowMs, timeoutSeconds } = call;
    const bid = await offer.capability.bid(call.input, { capability, windowMs, timeoutSeconds, usual });
    return bid ? sound({ ...usual, ...bid }) : 'does not want it';
  }
}

/** Throws when a hook gave what is no bid. */
function sound({ cost, seconds, confidence }: Required<Bid>): Required<Bid> {
  const isAmount = (value: number): boolean => Number.isFinite(value) && value >= 0;
  if (isAmount(cost) && isAmount(seconds) && isAmount(confidence) && confidence <= 1) {
    return { cost, seconds, confidence };
  }
  const given = JSON.stringify({ cost, seconds, confidence });
  throw new TypeError(`A bid of ${given}: cost and seconds must be 0 or more, confidence 0 to 1.`);
}
