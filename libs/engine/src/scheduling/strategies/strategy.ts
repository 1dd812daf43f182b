import { type AgentOffer } from '../agent-offer';

/** What a policy may look at: the candidate is live, nothing of it may be kept. */
export type Candidate = Pick<AgentOffer, 'agent' | 'inFlight' | 'free' | 'lastAssigned' | 'running' | 'merit'>;

/** Time and chance of one choice, given from outside. */
interface Moment {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** From 0 up to 1, the same for all candidates of one choice. */
  readonly dice: number;
  /** From 0 up to 1, another one with each call. */
  chance(): number;
}

/**
 * A load balancing policy: one score per candidate, the highest wins, ties go to the one without work for longest.
 * Candidates all have a free slot. Scores are kept with the assignment, to answer "why this agent?".
 */
export type Strategy = (candidate: Candidate, moment: Moment) => number;
