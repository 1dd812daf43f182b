import { type ReadyTask } from '@baton/engine';
import { type HeldAttempt, type NewTask, readTaskOptions, type ReadyRow } from '@baton/persistence';

/** The scheduler's view of a queued row. */
export function readyFromRow(row: ReadyRow | NewTask | HeldAttempt): ReadyTask {
  const options = readTaskOptions(row.options);
  return {
    id: row.id,
    capability: row.capability,
    rank: Number(row.rank),
    targetAgentId: row.targetAgentId,
    tags: options.tags ?? [],
    concurrencyKey: options.concurrencyKey ?? null,
    concurrencyLimit: options.concurrencyLimit ?? 1,
    deadlineMs: row.deadline?.getTime() ?? null,
    fallback: options.fallback ?? [],
  };
}
