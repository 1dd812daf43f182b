import { type JsonObject, type JsonValue } from '@baton/contracts';
import { type Bid } from '../pattern';

/** A bid as it is stored and shown. */
export interface ShownBid extends JsonObject {
  readonly agent: { id: string; name: string };
  readonly cost: number;
  readonly seconds: number;
  readonly confidence: number;
  readonly at: string;
}

/** A bid and what was made of it. */
export interface WeighedBid extends ShownBid {
  /** The higher the better; null: it was not considered. */
  readonly score: number | null;
  readonly accepted: boolean;
}

/** What an auction cannot read from its children. Kept in the move that awards, so that nothing is awarded twice. */
export interface AuctionMemo extends JsonObject {
  /** Calls for bids made so far, and those of them since the auction (or its retry) began. */
  readonly calls: number;
  readonly tries: number;
  /** The last call is still open. */
  readonly open: boolean;
  /** Of the last call, best first. */
  readonly bids: WeighedBid[];
  /** Of each child: the agent it was awarded to; null: an ordinary task. */
  readonly awards: (string | null)[];
  /** Agents that withdrew; they are not considered again. */
  readonly withdrawn: string[];
  /** Bids that came after their call was decided. */
  readonly late: number;
  /** It has failed; what follows is a new attempt at it. */
  readonly over: boolean;
}

const unopened: AuctionMemo = {
  calls: 0,
  tries: 0,
  open: false,
  bids: [],
  awards: [],
  withdrawn: [],
  late: 0,
  over: false,
};

export function readMemo(kept: JsonValue): AuctionMemo {
  return kept === null ? unopened : (kept as AuctionMemo);
}

/** With the next call open. */
export function withCall(memo: AuctionMemo): AuctionMemo {
  return { ...memo, calls: memo.calls + 1, tries: memo.tries + 1, open: true, bids: [] };
}

/** Ready to be tried from the start; `first` is the first child that has not run. */
export function anew(memo: AuctionMemo, first: number): AuctionMemo {
  const awards = Array.from({ length: first }, (_, index) => memo.awards[index] ?? null);
  return { ...memo, tries: 0, bids: [], awards, over: false };
}

/** Without what else may hang on it. */
export function asBid({ agent, cost, seconds, confidence, at }: WeighedBid | Bid): ShownBid {
  return { agent: { id: agent.id, name: agent.name }, cost, seconds, confidence, at };
}
