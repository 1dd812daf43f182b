import { UNKNOWN_MS } from './expected-wait';

/** What a capability says it would do a task for. */
export interface Bid {
  /** Cost units; default 0. */
  readonly cost?: number;
  /** Until the task would be done, with the wait before it; default: see BidRequest. */
  readonly seconds?: number;
  /** That it will be done well, 0 to 1; default: see BidRequest. */
  readonly confidence?: number;
}

/** What a capability knows when it is asked to bid. */
export interface BidRequest {
  readonly capability: string;
  /** Answers are taken this long, in milliseconds. */
  readonly windowMs: number;
  /** Time an attempt would have; undefined: the default of the mesh. */
  readonly timeoutSeconds: number | undefined;
  /** What the agent would say by itself: see `defaultBid`. */
  readonly usual: Required<Bid>;
}

/** What an agent knows of its own. */
export interface Workload {
  /** Until one more could begin. */
  readonly waitMs: number;
  readonly meanMs: number | undefined;
  readonly confidence: number;
}

/**
 * The bid of a capability that has no hook: it costs nothing, takes as long as the last ones took on the mean (1 s while
 * there were none) after what it has to wait for, and succeeds as often as they did.
 */
export function defaultBid({ waitMs, meanMs = UNKNOWN_MS, confidence }: Workload): Required<Bid> {
  return { cost: 0, seconds: (waitMs + meanMs) / 1000, confidence };
}
