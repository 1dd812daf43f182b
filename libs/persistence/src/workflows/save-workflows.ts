import { type StepState, type TaskId, type WorkflowId, type WorkflowState } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** What became of a run. JSON is text. */
export interface SavedRun {
  readonly id: WorkflowId;
  /** The state it had when it was loaded. */
  readonly from: WorkflowState;
  readonly to: WorkflowState;
  /** Given when the start has changed it. */
  readonly input: string | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly progress: string;
  readonly signals: string | null;
  readonly spent: string | null;
  /** When something in it is due next. */
  readonly wakeAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly moves: readonly SavedMove[];
}
/** An entry of the run's audit. `from` and `to` are the same for a decision that does not change its state. */
export interface SavedMove {
  readonly from: WorkflowState;
  readonly to: WorkflowState;
  readonly actor: string;
  readonly reason: string | null;
  /** JSON text. */
  readonly details: string | null;
}

const RUNS = statement(
  'workflows-save',
  `with x as (
     select * from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[],
                          $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::timestamptz[])
       as x (id, was, becomes, moves, input, output, error, progress, started_at, finished_at, signals, spent, wake_at)
   ), w as (
     update workflows w
        set state = x.becomes, seq = w.seq + x.moves, progress = x.progress, input = coalesce(x.input, w.input),
            output = case when x.moves > 0 then x.output else w.output end,
            error = case when x.moves > 0 then x.error else w.error end,
            started_at = x.started_at, finished_at = x.finished_at, signals = x.signals, spent = x.spent,
            wake_at = x.wake_at
       from x
      where w.id = x.id and w.state = x.was and (select fence($1))
     returning w.id, w.seq - x.moves as base
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, actor, reason, details)
     select 'workflow', w.id, w.base + m.n, m.was, m.becomes, m.actor, m.reason, m.details
       from w join unnest($15::uuid[], $16::int[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[])
         as m (id, n, was, becomes, actor, reason, details) on m.id = w.id
   )
   select id from w`,
);

/**
 * Saves runs with the audit of their transitions in one statement (I2). Returns the ids that were still in the state
 * they were loaded in; throws LeaseLostError when the epoch is over (I3).
 */
export async function saveRuns(sql: Sql, epoch: number, runs: readonly SavedRun[]): Promise<Set<string>> {
  const column = <Key extends keyof SavedRun>(key: Key): SavedRun[Key][] => runs.map((run) => run[key]);
  const moves = runs.flatMap(({ id, moves: list }) => list.map((move, index) => ({ id, n: index + 1, ...move })));
  const rows = await sql.run<{ id: string }>(RUNS, [
    epoch,
    column('id'),
    column('from'),
    column('to'),
    runs.map((run) => run.moves.length),
    column('input'),
    column('output'),
    column('error'),
    column('progress'),
    column('startedAt'),
    column('finishedAt'),
    column('signals'),
    column('spent'),
    column('wakeAt'),
    moves.map((move) => move.id),
    moves.map((move) => move.n),
    moves.map((move) => move.from),
    moves.map((move) => move.to),
    moves.map((move) => move.actor),
    moves.map((move) => move.reason),
    moves.map((move) => move.details),
  ]);
  return new Set(rows.map((row) => row.id));
}

export interface SavedStep {
  readonly workflowId: WorkflowId;
  readonly key: string;
  readonly stepId: string;
  readonly itemIndex: number | null;
  readonly state: StepState;
  readonly taskId: TaskId | null;
  readonly attempts: number;
  /** Null when a task holds it. */
  readonly output: string | null;
  readonly error: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Cost units of its tasks. */
  readonly cost: number | null;
  /** JSON text. */
  readonly memo: string | null;
}

const STEPS = statement(
  'workflow-steps-save',
  `insert into workflow_steps (workflow_id, key, step_id, item_index, state, task_id, attempts, output, error, started_at,
                               finished_at, cost, memo)
   select * from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::uuid[], $8::int[], $9::text[],
                        $10::text[], $11::timestamptz[], $12::timestamptz[], $13::float8[], $14::text[])
    where (select fence($1))
   on conflict (workflow_id, key) do update
      set state = excluded.state, task_id = excluded.task_id, attempts = excluded.attempts, output = excluded.output,
          error = excluded.error, started_at = excluded.started_at, finished_at = excluded.finished_at,
          cost = excluded.cost, memo = excluded.memo`,
);

const REMOVE = statement(
  'workflow-steps-remove',
  `delete from workflow_steps s using unnest($2::uuid[], $3::text[]) as x (workflow_id, key)
    where s.workflow_id = x.workflow_id and s.key = x.key and (select fence($1))`,
);

/** A unit that is no more: what is around it runs again from its beginning. */
export interface RemovedStep {
  readonly workflowId: WorkflowId;
  readonly key: string;
}

/** Before units of the same keys are saved. Their tasks stay. */
export async function removeSteps(sql: Sql, epoch: number, steps: readonly RemovedStep[]): Promise<void> {
  if (steps.length === 0) return;
  await sql.run(REMOVE, [epoch, steps.map((step) => step.workflowId), steps.map((step) => step.key)]);
}

/** Saves units of runs, each key of a workflow at most once per call. */
export async function saveSteps(sql: Sql, epoch: number, steps: readonly SavedStep[]): Promise<void> {
  if (steps.length === 0) return;
  const column = <Key extends keyof SavedStep>(key: Key): SavedStep[Key][] => steps.map((step) => step[key]);
  await sql.run(STEPS, [
    epoch,
    column('workflowId'),
    column('key'),
    column('stepId'),
    column('itemIndex'),
    column('state'),
    column('taskId'),
    column('attempts'),
    column('output'),
    column('error'),
    column('startedAt'),
    column('finishedAt'),
    column('cost'),
    column('memo'),
  ]);
}
