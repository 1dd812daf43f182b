/** One step of priority is worth this much waiting, so that nothing starves: ageing without ever re-sorting. */
export const PRIORITY_STEP_MS = 60_000;

/**
 * The order of ready tasks, smaller first: a task of priority 9 goes before all of priority 5 that came up to four
 * minutes earlier. Depends on nothing that changes, so the database can keep it in an index.
 */
export function taskRank(createdAtMs: number, priority: number): number {
  return createdAtMs - priority * PRIORITY_STEP_MS;
}
