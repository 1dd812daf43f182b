import { type WorkflowId, type WorkflowState } from '@baton/contracts';
import { type Sql, statement } from '../sql';

export interface WorkflowListRow {
  readonly id: WorkflowId;
  readonly name: string;
  readonly state: WorkflowState;
  /** JSON text. */
  readonly progress: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}
export interface WorkflowFilter {
  readonly state?: WorkflowState | undefined;
  readonly name?: string | undefined;
}

const LIST = statement(
  'workflows-list',
  `select id, name, state, progress, created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"
     from workflows
    where ($2::uuid is null or id < $2) and ($3::text is null or state = $3) and ($4::text is null or name = $4)
    order by id desc limit $1`,
);

/** Newest first. `before` is the last id of the page that went before. */
export function listWorkflowRows(
  sql: Sql,
  filter: WorkflowFilter,
  page: { readonly limit: number; readonly before?: string | undefined },
): Promise<WorkflowListRow[]> {
  const { state = null, name = null } = filter;
  return sql.run<WorkflowListRow>(LIST, [page.limit, page.before ?? null, state, name]);
}
