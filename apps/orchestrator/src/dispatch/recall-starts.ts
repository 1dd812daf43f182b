import { type Scheduler } from '@baton/engine';
import { type Database, loadRecentStarts } from '@baton/persistence';

/** Rate limits outlive a brain: what began before counts, by its age, so that the clocks need not agree. */
export async function recallStarts(database: Database, scheduler: Scheduler): Promise<void> {
  const starts = await loadRecentStarts(database);
  const now = database.now().getTime();
  for (const { key, rate, agoMs } of starts) scheduler.recallStart(key, rate, now - agoMs);
}
