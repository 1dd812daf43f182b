import { type AgentId, type TaskState } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** One task of a workflow: who had it, and when. */
export interface TaskSpan {
  /** Of the step that submitted it, or whose task spawned it. */
  readonly stepKey: string;
  readonly capability: string;
  readonly state: TaskState;
  readonly attempts: number;
  readonly agentId: AgentId | null;
  readonly agentName: string | null;
  readonly createdAt: Date;
  /** Of the last attempt. */
  readonly assignedAt: Date | null;
  readonly finishedAt: Date | null;
}

const SPANS = statement(
  'workflow-spans',
  `with recursive tree as (
     select id, step_id from tasks where workflow_id = $1 and step_id is not null
     union all
     select c.id, tree.step_id from tree join tasks c on c.parent_id = tree.id
   )
   select tree.step_id as "stepKey", t.capability, t.state, t.attempt as attempts, t.agent_id as "agentId",
          a.name as "agentName", t.created_at as "createdAt",
          case when t.state <> 'waiting' then t.assigned_at end as "assignedAt", t.finished_at as "finishedAt"
      from tree join tasks t on t.id = tree.id left join agents a on a.id = t.agent_id
    order by t.created_at, t.id`,
);
const MEANS = statement(
  'capability-durations',
  `select capability, avg(extract(epoch from finished_at - created_at) * 1000)::float8 as ms
     from (select capability, state, workflow_id, finished_at, created_at from tasks order by id desc limit 2000) recent
    where state = 'completed' and workflow_id is not null and capability = any($1::text[])
    group by capability`,
);

/** Every task the workflow has had, retries of steps and spawned ones included. */
export function loadTaskSpans(sql: Sql, workflowId: string): Promise<TaskSpan[]> {
  return sql.run<TaskSpan>(SPANS, [workflowId]);
}

/** Mean milliseconds from submission to end, of those of the last 2,000 tasks that workflows had. */
export async function meanTaskDurations(sql: Sql, capabilities: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql.run<{ capability: string; ms: number }>(MEANS, [capabilities]);
  return new Map(rows.map((row) => [row.capability, row.ms]));
}
