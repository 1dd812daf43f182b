/** One step of priority is worth this much waiting, so that nothing starves: ageing without ever re-sorting. */
export const PRIORITY_STEP_MS = 60_000;

/** Each step that waits behind one's own, in the longest chain, is worth this much waiting; so many count at most. */
const STEP_BEHIND_MS = 100;
const MOST_STEPS = 100;

/**
 * The order of ready tasks, smaller first: a task of priority 9 goes before all of priority 5 that came up to four
 * minutes earlier. Among equals a step with a long chain behind it goes first, so that a workflow is not held up by its
 * longest path. Depends on nothing that changes, so the database can keep it in an index.
 */
export function taskRank(createdAtMs: number, priority: number, stepsBehind = 0): number {
  return createdAtMs - priority * PRIORITY_STEP_MS - Math.min(stepsBehind, MOST_STEPS) * STEP_BEHIND_MS;
}
