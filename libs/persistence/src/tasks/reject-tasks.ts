import { type AgentId, type TaskId, type WorkflowId } from '@baton/contracts';
import { returnable } from '../agents/end-agent';
import { type Sql, statement } from '../sql';

/** A queued task that nobody will take, and why. */
export interface Rejection {
  readonly taskId: string;
  readonly code: 'DEGRADED' | 'TARGET_AGENT_GONE';
  readonly message: string;
}
export interface RejectedTask {
  readonly id: string;
  readonly capability: string;
  readonly attempt: number;
  /** JSON text. */
  readonly error: string;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  /** The task that spawned it. */
  readonly parentId: TaskId | null;
}

const REJECT = statement(
  'tasks-reject',
  `with t as (
     update tasks t set state = 'rejected', seq = t.seq + 1, finished_at = clock_timestamp(), run_at = null,
            error = json_build_object('code', x.code, 'message', x.message, 'retryable', false)::text
       from unnest($2::uuid[], $3::text[], $4::text[]) as x (id, code, message)
      where t.id = x.id and t.state = 'queued' and (select fence($1))
     returning t.id, t.seq, t.attempt, t.capability, t.error, t.workflow_id, t.step_id, t.parent_id, x.code, x.message
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor, reason)
     select 'task', id, seq, 'queued', 'rejected', attempt, 'orchestrator', code || ' ' || message from t
   ), told as (
     insert into workflow_inbox (workflow_id, kind, payload, actor)
     select workflow_id, 'task-ended',
            json_build_object('taskId', id, 'stepKey', step_id, 'state', 'rejected', 'error', error::json)::text, 'orchestrator'
       from t where step_id is not null
   )
   select id, capability, attempt, error, workflow_id as "workflowId", step_id as "stepId", parent_id as "parentId" from t`,
);

/** Ends queued tasks as rejected, audited; what is not queued any more is left alone. Throws LeaseLostError (I3). */
export function rejectTasks(sql: Sql, epoch: number, rejections: readonly Rejection[]): Promise<RejectedTask[]> {
  return sql.run<RejectedTask>(REJECT, [
    epoch,
    rejections.map(({ taskId }) => taskId),
    rejections.map(({ code }) => code),
    rejections.map(({ message }) => message),
  ]);
}

/**
 * An agent that cannot come back: it ended for a reason that was no mistake, or there is a newer one of its name. And
 * one that could, but has stayed away for longer than a connection takes to come back: nobody waits for it for ever.
 */
const GONE = `a.state = 'terminated' and (
  a.terminated_at < clock_timestamp() - interval '15 seconds'
  or exists (select 1 from agents n where n.name = a.name and n.incarnation > a.incarnation)
  or exists (
    select 1 from (select reason from audit where subject = 'agent' and subject_id = a.id and to_state = 'terminated'
                    order by seq desc limit 1) as ended
     where ended.reason <> all($1::text[])))`;

const ORPHANS = statement(
  'tasks-of-gone-agents',
  `select t.id, t.target_agent_id as "agentId" from tasks t join agents a on a.id = t.target_agent_id
    where t.state = 'queued' and t.target_agent_id is not null and ${GONE} limit $2`,
);
const GONE_OF = statement('agents-gone', `select a.id from agents a where a.id = any($2::uuid[]) and ${GONE}`);
const KNOWN_OF = statement('agents-known-of', 'select id from agents where id = any($1::uuid[])');

/** Queued tasks that only an agent may take which is gone; at most `limit`. */
export function findTasksOfGoneAgents(
  sql: Sql,
  limit: number,
): Promise<{ readonly id: string; readonly agentId: AgentId }[]> {
  return sql.run(ORPHANS, [returnable, limit]);
}

/** Those of the agents that will never take a task: unknown, or gone. */
export async function findGoneAgents(sql: Sql, ids: readonly string[]): Promise<Map<string, 'unknown' | 'ended'>> {
  const known = new Set((await sql.run<{ id: string }>(KNOWN_OF, [ids])).map(({ id }) => id));
  const gone = new Map<string, 'unknown' | 'ended'>();
  for (const id of ids) if (!known.has(id)) gone.set(id, 'unknown');
  for (const { id } of await sql.run<{ id: string }>(GONE_OF, [returnable, ids])) gone.set(id, 'ended');
  return gone;
}
