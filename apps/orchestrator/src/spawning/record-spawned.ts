import { insertSpawned, type NewTask, type Sql } from '@baton/persistence';
import { type AttemptReport } from '../results/attempt-report';

/** Stores what attempts that now wait have spawned. Returns, by report, the tasks that are new. */
export async function recordSpawned(
  sql: Sql,
  epoch: number,
  reports: readonly AttemptReport[],
): Promise<Map<AttemptReport, readonly NewTask[]>> {
  const spawning = reports.flatMap((report) => (report.batch ? [{ report, batch: report.batch }] : []));
  if (spawning.length === 0) return new Map();
  const added = await insertSpawned(
    sql,
    epoch,
    spawning.map(({ batch }) => batch),
  );
  return new Map(spawning.map(({ report, batch }) => [report, batch.tasks.filter(({ id }) => added.has(id))]));
}
