import { type WorkflowId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** A checked workflow on its way into the table. JSON is text. */
export interface NewWorkflow {
  readonly id: WorkflowId;
  readonly name: string;
  readonly definition: string;
  /** See WorkflowRow. */
  readonly definitions: string | null;
  readonly input: string;
  readonly progress: string;
  readonly createdBy: string;
}

const INSERT = statement(
  'workflows-insert',
  `with w as (
     insert into workflows (id, name, state, definition, definitions, input, progress, created_by)
     values ($1, $2, 'created', $3, $4, $5, $6, $7) returning id, created_by
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor) select 'workflow', id, 1, 'created', created_by from w
   )
   insert into workflow_inbox (workflow_id, kind, actor) select id, 'start', created_by from w where $8
   returning id`,
);

/**
 * Stores a workflow in state `created`, with its first audit entry (I1, I2) and, if it is to be started at once, the
 * request for that: returns its number then. All in one statement.
 */
export async function insertWorkflow(
  sql: Sql,
  workflow: NewWorkflow,
  options: { readonly start: boolean } = { start: false },
): Promise<string | undefined> {
  const { id, name, definition, definitions, input, progress, createdBy } = workflow;
  const values = [id, name, definition, definitions, input, progress, createdBy, options.start];
  const [request] = await sql.run<{ id: string }>(INSERT, values);
  return request?.id;
}
