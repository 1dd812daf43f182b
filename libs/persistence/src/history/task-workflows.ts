import { type Sql, statement } from '../sql';

const OF = statement(
  'tasks-workflow-of',
  `select id, workflow_id as "workflowId", step_id as "stepKey"
     from tasks where id = any($1::uuid[]) and workflow_id is not null`,
);

/** Where in a workflow a task belongs: `stepKey` is the key of its step, `each[3]`. */
export interface TaskPlace {
  readonly workflowId: string;
  readonly stepKey: string | null;
}

/** The place of each of these tasks in its workflow; tasks of their own are absent. */
export async function workflowsOfTasks(sql: Sql, taskIds: readonly string[]): Promise<Map<string, TaskPlace>> {
  if (taskIds.length === 0) return new Map();
  const rows = await sql.run<TaskPlace & { id: string }>(OF, [taskIds]);
  return new Map(rows.map(({ id, workflowId, stepKey }) => [id, { workflowId, stepKey }]));
}
