import { type WorkflowId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

const STARTABLE = statement(
  'workflows-startable',
  `select w.id from workflows w
    where w.state = 'running'
      and exists (select 1 from workflow_steps s
                   where s.workflow_id = w.id
                     and s.finished_at is null
                     and (s.state = 'ready' or (s.state = 'pending' and s.item_index is not null)
                          or (s.state <> 'pending' and s.task_id is null)))
    order by w.id`,
);

/**
 * Running workflows with units that may be startable at once, or that stand on no task: what a pattern asked of its
 * agents may have been lost with the last brain. Some turn out to wait for a free place.
 */
export async function findStartableRuns(sql: Sql): Promise<WorkflowId[]> {
  const rows = await sql.run<{ id: WorkflowId }>(STARTABLE);
  return rows.map((row) => row.id);
}
