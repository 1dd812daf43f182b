import { type TaskState } from '@baton/contracts';
import { keyed, type Sql, statement } from '../sql';
import { taskColumns, type TaskRow } from './task-row';

const GET = keyed('tasks-get', `select ${taskColumns} from tasks where id = any($1::uuid[])`);

/** The tasks as they are now, in the order of the ids; undefined where there is none. */
export async function getTaskRows(sql: Sql, ids: readonly string[]): Promise<(TaskRow | undefined)[]> {
  const rows = await sql.run<TaskRow>(GET, [ids]);
  const byId = new Map<string, TaskRow>(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

export interface TaskFilter {
  readonly state?: TaskState | undefined;
  readonly capability?: string | undefined;
  readonly agentId?: string | undefined;
  readonly workflowId?: string | undefined;
  readonly parentId?: string | undefined;
}
const columnOf: Readonly<Record<keyof TaskFilter, string>> = {
  state: 'state',
  capability: 'capability',
  agentId: 'agent_id',
  workflowId: 'workflow_id',
  parentId: 'parent_id',
};

/** Newest first (ids are made in the order of time). `before` is the last id of the page that went before. */
export function listTaskRows(
  sql: Sql,
  filter: TaskFilter,
  page: { readonly limit: number; readonly before?: string | undefined },
): Promise<TaskRow[]> {
  const values: unknown[] = [page.limit];
  const conditions: string[] = [];
  const add = (condition: string, value: unknown): void => {
    conditions.push(`${condition} $${values.push(value)}`);
  };
  const given = Object.keys(columnOf).filter((key) => filter[key as keyof TaskFilter] !== undefined);
  for (const key of given) add(`${columnOf[key as keyof TaskFilter]} =`, filter[key as keyof TaskFilter]);
  if (page.before !== undefined) add('id <', page.before);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const name = `tasks-list-${given.join('-')}-${page.before === undefined ? 'first' : 'next'}`;
  return sql.run<TaskRow>(
    statement(name, `select ${taskColumns} from tasks ${where} order by id desc limit $1`),
    values,
  );
}
