import { type TaskId } from '@baton/contracts';
import { type Sql, statement } from '../sql';
import { plainColumn, textColumn } from '../sql-columns';
import {
  type InsertedTasks,
  keepEarlier,
  newTaskColumns,
  newTaskRows,
  type NewTask,
  runInsert,
  whatWasAdded,
} from './insert-tasks';

/** An attempt that begins with its task, because an agent had a free slot when it came. */
export interface FirstAttempt {
  readonly agentId: string;
  readonly token: string;
  /** Why this agent, as JSON text; null when there was no choice. */
  readonly why: string | null;
  /** It begins there when the attempt of this task has completed. */
  readonly follows: TaskId | null;
  /** What its time limit is extended by until then, in milliseconds. */
  readonly leadMs: number;
}

const INSERT = statement(
  'tasks-insert-assigned',
  `with x as (
     select new.*, first.agent, first.token, first.why, first.follows, first.lead_ms
       from ${newTaskRows}
       join unnest($1::uuid[], $18::uuid[], $19::uuid[], $20::text[], $21::uuid[], $22::int8[])
         as first (id, agent, token, why, follows, lead_ms) using (id)
      where (select fence($17))
   ), added as (
     insert into tasks (id, capability, priority, rank, state, seq, attempt, token, agent_id, phase, input, options,
                        timeout_ms, max_retries, run_at, deadline, target_agent_id, idempotency_key, workflow_id, step_id,
                        traceparent, created_by, follows, assigned_at, attempt_deadline)
     select id, capability, priority, rank,
            case when agent is not null then 'assigned' when run_at is null then 'queued' else 'scheduled' end,
            case when agent is null then 1 else 2 end, case when agent is null then 0 else 1 end, token, agent,
            case when agent is not null then 'assigned' end, input, options, timeout_ms, max_retries, run_at, deadline,
            target, key, workflow, step, trace, creator, follows, case when agent is not null then clock_timestamp() end,
            case when agent is not null then clock_timestamp() + (timeout_ms + lead_ms) * interval '1 millisecond' end
       from x
     ${keepEarlier}
     returning id, state, created_by, agent_id
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, agent_id, actor, details)
     select 'task', id, 1, null, case when agent_id is null then state else 'queued' end, 0, null, created_by, null
       from added
     union all
     select 'task', a.id, 2, 'queued', 'assigned', 1, a.agent_id, 'orchestrator', x.why
       from added a join x on x.id = a.id where a.agent_id is not null
   )
   ${whatWasAdded}`,
);

/**
 * Inserts tasks together with the first attempts of some of them (null: it waits), all audited, in one statement: what
 * need not wait costs one commit instead of two. Throws LeaseLostError when the epoch is over: then nothing is stored.
 */
export function insertAssignedTasks(
  sql: Sql,
  epoch: number,
  tasks: readonly NewTask[],
  attempts: readonly (FirstAttempt | null)[],
): Promise<InsertedTasks> {
  return runInsert(sql, INSERT, [
    ...newTaskColumns(tasks),
    epoch,
    plainColumn(attempts.map((attempt) => attempt?.agentId ?? null)),
    plainColumn(attempts.map((attempt) => attempt?.token ?? null)),
    textColumn(attempts.map((attempt) => attempt?.why ?? null)),
    plainColumn(attempts.map((attempt) => attempt?.follows ?? null)),
    plainColumn(attempts.map((attempt) => Math.round(attempt?.leadMs ?? 0))),
  ]);
}
