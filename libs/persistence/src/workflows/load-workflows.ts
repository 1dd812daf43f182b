import { type AgentId, type TaskState, type WorkflowId, type WorkflowState } from '@baton/contracts';
import { type Sql, statement } from '../sql';
import { type SavedStep } from './save-workflows';

/** A workflow's row; JSON is text. */
export interface WorkflowRow {
  readonly id: WorkflowId;
  readonly name: string;
  readonly state: WorkflowState;
  readonly definition: string;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  /** The stored definitions it uses, as they were when it was created: a list of `{ name, version, document }`. */
  readonly definitions: string | null;
  readonly signals: string | null;
  readonly spent: string | null;
  readonly wakeAt: Date | null;
  /** As counted when it was last saved. */
  readonly progress: string;
  /** JSON text: news of the brain. */
  readonly estimate: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A unit's row. Outputs are kept once, with the task that gave them. */
export interface WorkflowStepRow extends SavedStep {
  /** Of its task, as far as there is one. */
  readonly taskState: TaskState | null;
  readonly taskAttempt: number | null;
  readonly taskError: string | null;
  readonly agentId: AgentId | null;
  readonly agentName: string | null;
}

const HEADS = statement(
  'workflows-load',
  `select id, name, state, definition, input, output, error, created_at as "createdAt", started_at as "startedAt",
          finished_at as "finishedAt", definitions, signals, spent, wake_at as "wakeAt", progress, estimate
     from workflows where id = any($1::uuid[])`,
);
const stepsWith = (output: string): string =>
  `select s.workflow_id as "workflowId", s.key, s.step_id as "stepId", s.item_index as "itemIndex", s.state,
          s.task_id as "taskId", s.attempts, ${output} as output,
          s.error, s.started_at as "startedAt", s.finished_at as "finishedAt", t.state as "taskState",
          t.attempt as "taskAttempt", t.error as "taskError", s.cost, s.memo, t.agent_id as "agentId",
          a.name as "agentName"
     from workflow_steps s left join tasks t on t.id = s.task_id left join agents a on a.id = t.agent_id
    where s.workflow_id = any($1::uuid[])
    order by s.workflow_id, s.step_id, s.item_index nulls first`;
const STEPS = statement('workflow-steps-load', stepsWith('coalesce(s.output, t.output)'));
const BARE_STEPS = statement('workflow-steps-load-bare', stepsWith('null::text'));
const OUTPUTS = statement(
  'workflow-outputs-load',
  `select s.key, coalesce(s.output, t.output) as output from workflow_steps s left join tasks t on t.id = s.task_id
    where s.workflow_id = $1 and s.key = any($2::text[])`,
);

const STATE = statement('workflow-state', 'select state from workflows where id = $1');

/** Undefined: there is none. */
export async function loadWorkflowState(sql: Sql, id: string): Promise<WorkflowState | undefined> {
  return (await sql.run<{ state: WorkflowState }>(STATE, [id]))[0]?.state;
}

/** The workflows that exist, in no particular order. */
export function loadWorkflowRows(sql: Sql, ids: readonly string[]): Promise<WorkflowRow[]> {
  return sql.run<WorkflowRow>(HEADS, [ids]);
}

/** Their units that were ever changed; children of one in the order of their index. */
export function loadWorkflowStepRows(sql: Sql, ids: readonly string[]): Promise<WorkflowStepRow[]> {
  return sql.run<WorkflowStepRow>(STEPS, [ids]);
}

/** The same without what they gave, which may be most of it. */
export function loadBareStepRows(sql: Sql, id: WorkflowId): Promise<WorkflowStepRow[]> {
  return sql.run<WorkflowStepRow>(BARE_STEPS, [[id]]);
}

/** What these units gave, as JSON text. */
export async function loadStepOutputs(sql: Sql, id: WorkflowId, keys: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.run<{ key: string; output: string | null }>(OUTPUTS, [id, keys]);
  return new Map(rows.flatMap(({ key, output }) => (output === null ? [] : [[key, output] as const])));
}
