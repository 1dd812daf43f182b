import { type WorkflowProgress, type WorkflowState } from '@baton/contracts';
import { type RunEstimate, withEstimate } from '@baton/engine';
import { type Database, readProgress } from '@baton/persistence';
import { type ReadProgress } from './progress-ticker';

/** Reads how far runs are, for who follows events; those that do not exist are left out. */
export function progressReader(database: Database): ReadProgress {
  return async (workflowIds) => {
    const rows = await readProgress(database, workflowIds);
    const now = database.now();
    return rows.flatMap((row) => {
      const progress = progressOf(row, now);
      if (progress === null) return [];
      const of = { id: row.id, workflowId: row.id, state: row.state };
      return { type: 'workflow.progress', subject: 'workflow', ...of, progress, at: now.toISOString() };
    });
  };
}

/** How far a run is, from what is kept of it, as it looks at `now`. Pure. */
export function progressOf(
  kept: { readonly state: WorkflowState; readonly progress: string | null; readonly estimate: string | null },
  now: Date,
): WorkflowProgress | null {
  if (kept.progress === null) return null;
  const counted = JSON.parse(kept.progress) as WorkflowProgress;
  const estimate = kept.estimate === null ? null : (JSON.parse(kept.estimate) as RunEstimate);
  return withEstimate(counted, kept.state === 'running' ? estimate : null, now);
}
