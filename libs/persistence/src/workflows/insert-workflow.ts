import { type WorkflowId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** A checked workflow on its way into the table. JSON is text. */
export interface NewWorkflow {
  readonly id: WorkflowId;
  readonly name: string;
  readonly definition: string;
  readonly input: string;
  readonly progress: string;
  readonly createdBy: string;
}

const INSERT = statement(
  'workflows-insert',
  `with w as (
     insert into workflows (id, name, state, definition, input, progress, created_by)
     values ($1, $2, 'created', $3, $4, $5, $6) returning id, created_by
   )
   insert into audit (subject, subject_id, seq, to_state, actor) select 'workflow', id, 1, 'created', created_by from w`,
);

/** Stores a workflow in state `created`, with its first audit entry (I1, I2). */
export async function insertWorkflow(sql: Sql, workflow: NewWorkflow): Promise<void> {
  const { id, name, definition, input, progress, createdBy } = workflow;
  await sql.run(INSERT, [id, name, definition, input, progress, createdBy]);
}
