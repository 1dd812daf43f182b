import { type AgentId, type AttemptToken, type TaskId, type TaskState, type WorkflowId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** What a canceled task was doing, so that its agent and its workflow can be told. */
export interface CanceledTask {
  readonly id: string;
  readonly from: TaskState;
  readonly attempt: number;
  readonly token: AttemptToken | null;
  readonly agentId: AgentId | null;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  /** The task that spawned it. */
  readonly parentId: TaskId | null;
}

const CANCEL = statement(
  'tasks-cancel',
  `with recursive tree as (
     select id from tasks where id = any($1::uuid[])
     union
     select c.id from tree join tasks c on c.parent_id = tree.id and c.finished_at is null
   ), old as (
     select id, state, token from tasks
      where id in (select id from tree) and state || '' in ('scheduled', 'queued', 'assigned', 'running', 'waiting')
      order by id for update
   ), t as (
     update tasks t set state = 'canceled', seq = t.seq + 1, finished_at = clock_timestamp(), run_at = null,
            awaiting = null, error = $4
       from old where t.id = old.id
     returning t.*, old.state as was
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, agent_id, actor, reason)
     select 'task', id, seq, was, 'canceled', attempt, agent_id, $2,
            case when id = any($1::uuid[]) then $3 else 'canceled with the task that spawned it: ' || $3 end from t
   ), told as (
     insert into workflow_inbox (workflow_id, kind, payload, actor)
     select workflow_id, 'task-ended', json_build_object('taskId', id, 'stepKey', step_id, 'state', 'canceled', 'error', error::json)::text, $2
       from t where step_id is not null and $5
   )
   select id, was as "from", attempt, token, agent_id as "agentId", workflow_id as "workflowId", step_id as "stepId",
          parent_id as "parentId" from t`,
);

/**
 * Cancels those of the tasks that have not ended, with all they have spawned, audited. Final at once: a result that
 * still comes is stale.
 * `tellWorkflow`: leave a note for the workflow a task belongs to (not when it is the workflow that cancels).
 */
export async function cancelTasks(
  sql: Sql,
  ids: readonly string[],
  by: { readonly actor: string; readonly reason: string; readonly tellWorkflow: boolean },
): Promise<CanceledTask[]> {
  const error = JSON.stringify({ code: 'CANCELED', message: by.reason, retryable: false });
  const canceled: CanceledTask[] = [];
  for (let wave = ids; wave.length > 0;) {
    const found = await sql.run<CanceledTask>(CANCEL, [wave, by.actor, by.reason, error, by.tellWorkflow]);
    canceled.push(...found);
    // What one of these spawned while it was waited for its row was not to be seen yet.
    wave = found.filter(({ from }) => mayHaveSpawned.includes(from)).map(({ id }) => id);
  }
  return canceled;
}

const mayHaveSpawned: readonly TaskState[] = ['assigned', 'running', 'waiting'];

const RETRY = statement(
  'tasks-retry',
  `with old as (
     select id, state from tasks
      where id = $1 and state in ('failed', 'canceled', 'rejected') and workflow_id is null and parent_id is null for update
   ), t as (
     update tasks t set state = 'queued', seq = t.seq + 1, failures = 0, losses = 0, token = null, output = null,
            error = null, phase = null, progress = null, started_at = null, finished_at = null, run_at = null,
            options = case when options like '%"firstStartMs":%' then (options::jsonb - 'firstStartMs')::text else options end
       from old where t.id = old.id
     returning t.*, old.state as was
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor, reason)
     select 'task', id, seq, was, 'queued', attempt, $2, 'retried on request' from t
   ), given_up as (
     update tasks c set spawn_key = null
       from t where c.parent_id = t.id and c.spawn_key is not null and c.state in ('failed', 'canceled', 'rejected')
   )
   select id, capability, rank from t`,
);

/**
 * Queues a task that failed or was canceled once more, with fresh retries. What it had spawned and did not complete it
 * will spawn again; what completed stays. Undefined: its state forbids it, or it is a part of something else.
 */
export async function retryTask(
  sql: Sql,
  id: string,
  actor: string,
): Promise<{ id: string; capability: string; rank: string } | undefined> {
  const [row] = await sql.run<{ id: string; capability: string; rank: string }>(RETRY, [id, actor]);
  return row;
}

const EXPIRE = statement(
  'tasks-expire',
  `with old as (
     select id, state from tasks
      where deadline <= clock_timestamp() and finished_at is null and state in ('scheduled', 'queued', 'waiting')
      order by deadline limit $2
   ), t as (
     update tasks t set state = 'failed', seq = t.seq + 1, finished_at = clock_timestamp(), run_at = null,
            awaiting = null,
            error = json_build_object('code', 'DEADLINE_EXCEEDED', 'retryable', false,
                                      'message', case old.state when 'waiting'
                                        then 'Its deadline passed while it waited for tasks it had spawned.'
                                        else 'Its deadline passed before it could be started.' end)::text
       from old where t.id = old.id and t.state = old.state and (select fence($1))
     returning t.*, old.state as was
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor, reason)
     select 'task', id, seq, was, 'failed', attempt, 'orchestrator', 'deadline exceeded' from t
   ), told as (
     insert into workflow_inbox (workflow_id, kind, payload, actor)
     select workflow_id, 'task-ended',
            json_build_object('taskId', id, 'stepKey', step_id, 'state', 'failed', 'error', error::json)::text, 'orchestrator'
       from t where step_id is not null
   )
   select id, capability, attempt, error, workflow_id as "workflowId", step_id as "stepId", parent_id as "parentId",
          batches is not null as "hasSpawned" from t`,
);

export interface ExpiredTask {
  readonly id: string;
  readonly capability: string;
  readonly attempt: number;
  readonly error: string;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  readonly parentId: TaskId | null;
  /** What it spawned may be under way: nobody waits for it any more. */
  readonly hasSpawned: boolean;
}

/** Fails tasks whose deadline passed while they waited; at most `limit`. */
export function expireTasks(sql: Sql, epoch: number, limit: number): Promise<ExpiredTask[]> {
  return sql.run<ExpiredTask>(EXPIRE, [epoch, limit]);
}
