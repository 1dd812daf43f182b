import { type PatternChild } from '../pattern';

/** Ends of a task by which its agent did not refuse the work but was not there for it. */
const gone: readonly string[] = ['AGENT_LOST', 'AGENT_DRAINING', 'AGENT_FULL', 'NOT_DELIVERED', 'TARGET_AGENT_GONE'];

/** Whether the agent that had won did not do the work at all; one that tried and failed has not withdrawn. */
export function hasWithdrawn({ state, error }: PatternChild): boolean {
  return state === 'rejected' || (state === 'failed' && error !== null && gone.includes(error.code));
}
