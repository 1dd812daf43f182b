import { type Sql, statement } from '../sql';

const OF = statement(
  'tasks-workflow-of',
  `select id, workflow_id as "workflowId" from tasks where id = any($1::uuid[]) and workflow_id is not null`,
);

/** The workflow each of these tasks belongs to; tasks of their own are absent. */
export async function workflowsOfTasks(sql: Sql, taskIds: readonly string[]): Promise<Map<string, string>> {
  if (taskIds.length === 0) return new Map();
  const rows = await sql.run<{ id: string; workflowId: string }>(OF, [taskIds]);
  return new Map(rows.map((row) => [row.id, row.workflowId]));
}
