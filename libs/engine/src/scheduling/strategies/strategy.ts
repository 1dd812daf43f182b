import { type AgentSlots } from '../agent-pool';

/**
 * A load balancing policy: one score per candidate, the highest wins, ties go to the one without work for longest.
 * Candidates all have a free slot. Scores are kept with the assignment, to answer "why this agent?".
 */
export type Strategy = (candidate: AgentSlots) => number;

export const strategyNames = ['least-load', 'round-robin'] as const;
export type StrategyName = (typeof strategyNames)[number];
