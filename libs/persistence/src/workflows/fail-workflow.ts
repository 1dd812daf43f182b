import { type TaskId, type WorkflowId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

const FAIL = statement(
  'workflow-fail',
  `with old as (
     select id, state from workflows where id = $2 and finished_at is null and (select fence($1)) for update
   ), w as (
     update workflows w set state = 'failed', seq = w.seq + 1, error = $3, wake_at = null,
            finished_at = clock_timestamp()
       from old where w.id = old.id
     returning w.id, w.seq, old.state as was
   )
   insert into audit (subject, subject_id, seq, from_state, to_state, actor, reason)
   select 'workflow', id, seq, was, 'failed', 'orchestrator', $4 from w`,
);
const OPEN = statement(
  'workflow-open-tasks',
  'select id from tasks where workflow_id = $1 and finished_at is null order by id',
);

/** Ends a workflow that cannot be advanced, whatever its steps are doing. Returns its tasks that are still open. */
export async function failWorkflow(
  sql: Sql,
  epoch: number,
  id: WorkflowId,
  error: { readonly code: string; readonly message: string; readonly retryable: boolean },
): Promise<TaskId[]> {
  await sql.run(FAIL, [epoch, id, JSON.stringify(error), `${error.code} ${error.message}`.slice(0, 500)]);
  return (await sql.run<{ id: TaskId }>(OPEN, [id])).map((row) => row.id);
}
