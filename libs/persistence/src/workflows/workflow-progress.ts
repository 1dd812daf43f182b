import { type WorkflowId, type WorkflowState } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** How far a run is. `progress` and `estimate` are JSON text; `estimate` is news of the brain, and may be old. */
export interface ProgressRow {
  readonly id: WorkflowId;
  readonly state: WorkflowState;
  readonly progress: string | null;
  readonly estimate: string | null;
}

const READ = statement(
  'workflows-progress',
  'select id, state, progress, estimate from workflows where id = any($1::uuid[])',
);
const SAVE = statement(
  'workflows-estimate',
  `update workflows w set estimate = x.estimate
     from unnest($2::uuid[], $3::text[]) as x (id, estimate)
    where w.id = x.id and w.finished_at is null and (select fence($1))`,
);

/** Those that exist, in no particular order. */
export function readProgress(sql: Sql, ids: readonly string[]): Promise<ProgressRow[]> {
  return sql.run<ProgressRow>(READ, [ids]);
}

/** No change of state: nothing is audited. Throws LeaseLostError (I3). */
export async function saveEstimates(
  sql: Sql,
  epoch: number,
  estimates: readonly { readonly id: WorkflowId; readonly estimate: string }[],
): Promise<void> {
  await sql.run(SAVE, [epoch, estimates.map(({ id }) => id), estimates.map(({ estimate }) => estimate)]);
}
