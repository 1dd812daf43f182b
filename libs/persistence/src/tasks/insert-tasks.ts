import { type TaskId, type WorkflowId } from '@baton/contracts';
import { type Sql, statement, type Statement } from '../sql';
import { plainColumn, textColumn, timeColumn } from '../sql-columns';

/** A validated task on its way into the table. JSON is text. */
export interface NewTask {
  readonly id: TaskId;
  readonly capability: string;
  readonly priority: number;
  readonly rank: number;
  readonly input: string;
  readonly options: string | null;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  /** Given: scheduled until then. Null: queued now. */
  readonly runAt: Date | null;
  readonly deadline: Date | null;
  readonly targetAgentId: string | null;
  readonly idempotencyKey: string | null;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  readonly traceparent: string | null;
  readonly createdBy: string;
}

/** SQL: the parameters of `newTaskColumns` as rows named `new`. */
export const newTaskRows = `unnest($1::uuid[], $2::text[], $3::int[], $4::int8[], $5::text[], $6::text[], $7::int[],
    $8::int[], $9::timestamptz[], $10::timestamptz[], $11::uuid[], $12::text[], $13::uuid[], $14::text[], $15::text[],
    $16::text[])
  as new (id, capability, priority, rank, input, options, timeout_ms, max_retries, run_at, deadline, target, key,
    workflow, step, trace, creator)`;

/** Sixteen parameters, one array each. */
export function newTaskColumns(tasks: readonly NewTask[]): unknown[] {
  const column = <Key extends keyof NewTask>(key: Key): NewTask[Key][] => tasks.map((task) => task[key]);
  return [
    plainColumn(column('id')),
    textColumn(column('capability')),
    plainColumn(column('priority')),
    plainColumn(column('rank')),
    textColumn(column('input')),
    textColumn(column('options')),
    plainColumn(column('timeoutMs')),
    plainColumn(column('maxRetries')),
    timeColumn(column('runAt')),
    timeColumn(column('deadline')),
    plainColumn(column('targetAgentId')),
    textColumn(column('idempotencyKey')),
    plainColumn(column('workflowId')),
    textColumn(column('stepId')),
    textColumn(column('traceparent')),
    textColumn(column('createdBy')),
  ];
}

/** SQL: a key that was used before keeps its task; when and, if not all, which of the rows `added` are new. */
export const keepEarlier = `on conflict (idempotency_key) where idempotency_key is not null do nothing`;
export const whatWasAdded = `select now() as at,
  case when count(*) < cardinality($1::uuid[]) then coalesce(array_agg(id::text), '{}') end as ids from added`;

const INSERT = statement(
  'tasks-insert',
  `with added as (
     insert into tasks (id, capability, priority, rank, state, input, options, timeout_ms, max_retries, run_at, deadline,
                        target_agent_id, idempotency_key, workflow_id, step_id, traceparent, created_by)
     select id, capability, priority, rank, case when run_at is null then 'queued' else 'scheduled' end, input, options,
            timeout_ms, max_retries, run_at, deadline, target, key, workflow, step, trace, creator
       from ${newTaskRows}
     ${keepEarlier}
     returning id, state, created_by
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor) select 'task', id, 1, state, created_by from added
   )
   ${whatWasAdded}`,
);

/** What came of an insert. */
export interface InsertedTasks {
  /** `createdAt` of the new ones. */
  readonly at: Date;
  /** False: the task was not stored, because its idempotency key was used before. */
  has(id: string): boolean;
}

/** Inserts all of them with their first audit entries in one statement (I1, I2). */
export function insertTasks(sql: Sql, tasks: readonly NewTask[]): Promise<InsertedTasks> {
  return runInsert(sql, INSERT, newTaskColumns(tasks));
}

/** For statements that end in `whatWasAdded`. */
export async function runInsert(sql: Sql, insert: Statement, values: readonly unknown[]): Promise<InsertedTasks> {
  const [row] = await sql.run<{ at: Date; ids: string[] | null }>(insert, values);
  const { at, ids } = row as { at: Date; ids: string[] | null };
  const stored = ids && new Set(ids);
  return { at, has: (id) => stored?.has(id) ?? true };
}

const BY_KEY = statement(
  'tasks-by-idempotency-key',
  `select id, state, capability, input, idempotency_key as "idempotencyKey" from tasks
    where idempotency_key = any($1::text[])`,
);

export interface KeyedTask {
  readonly id: TaskId;
  readonly state: string;
  readonly capability: string;
  readonly input: string;
  readonly idempotencyKey: string;
}

/** The tasks that were submitted under these idempotency keys. */
export function findTasksByIdempotencyKey(sql: Sql, keys: readonly string[]): Promise<KeyedTask[]> {
  return sql.run<KeyedTask>(BY_KEY, [keys]);
}
