import {
  type AgentId,
  type FinalTaskState,
  type TaskError,
  type TaskId,
  type WorkflowId,
  type WorkflowState,
} from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** What somebody asks of a workflow. `payload` is JSON text. */
export interface WorkflowRequest {
  readonly workflowId: string;
  readonly kind: string;
  readonly payload: string | null;
  readonly actor: string;
}

/** The client's name for what it asks; under it that is done once. `fingerprint` tells what was asked. */
export interface RequestKey {
  readonly key: string;
  readonly fingerprint: string;
}

const ASK = statement(
  'workflow-inbox-ask',
  `with w as (
     select id from workflows where id = $1 and state = any($5::text[])
   ), k as (
     insert into workflow_keys (workflow_id, key, fingerprint) select id, $6, $7 from w where $6::text is not null
     on conflict do nothing returning key
   )
   insert into workflow_inbox (workflow_id, kind, payload, actor)
   select id, $2, $3, $4 from w where $6::text is null or exists (select 1 from k)
   returning id`,
);
const ASKED = statement(
  'workflow-key-asked',
  'select fingerprint from workflow_keys where workflow_id = $1 and key = $2',
);
const WAITS = statement('workflow-inbox-waits', 'select 1 as waits from workflow_inbox where id = $1');

/**
 * Leaves a request for the brain if the workflow is in one of `states` and nothing was asked of it under the key before.
 * Returns its number, or undefined.
 */
export async function askWorkflow(
  sql: Sql,
  request: WorkflowRequest,
  states: readonly WorkflowState[],
  once?: RequestKey,
): Promise<string | undefined> {
  const { workflowId, kind, payload, actor } = request;
  const values = [workflowId, kind, payload, actor, states, once?.key ?? null, once?.fingerprint ?? null];
  const [row] = await sql.run<{ id: string }>(ASK, values);
  return row?.id;
}

/** The fingerprint of what was asked of the workflow under this key, if anything was. */
export async function askedUnder(sql: Sql, workflowId: string, key: string): Promise<string | undefined> {
  const [row] = await sql.run<{ fingerprint: string }>(ASKED, [workflowId, key]);
  return row?.fingerprint;
}

/** Whether the brain has not taken the request yet. */
export async function isRequestWaiting(sql: Sql, requestId: string): Promise<boolean> {
  return (await sql.run(WAITS, [requestId])).length > 0;
}

/** A request as the brain takes it; of a task that ended, with how it ended. */
export interface TakenRequest {
  readonly id: string;
  readonly workflowId: WorkflowId;
  readonly kind: string;
  readonly payload: string | null;
  readonly actor: string;
  readonly task: EndOfTask | null;
}
export interface EndOfTask {
  readonly taskId: TaskId;
  readonly stepKey: string;
  readonly state: FinalTaskState;
  readonly attempts: number;
  readonly error: TaskError | null;
  readonly agent: { readonly id: AgentId; readonly name: string } | null;
}

const TAKE = statement(
  'workflow-inbox-take',
  `with taken as (
     delete from workflow_inbox
      where id in (select id from workflow_inbox
                    where ($2::uuid[] is null or workflow_id = any($2::uuid[])) and kind = any($3::text[])
                    order by id limit $4)
        and (select fence($1))
     returning id, workflow_id, kind, payload, actor
   )
   select i.id, i.workflow_id as "workflowId", i.kind, i.payload, i.actor,
          case when t.id is not null then json_build_object('taskId', t.id, 'stepKey', t.step_id, 'state', t.state,
                                                            'attempts', t.attempt, 'error', t.error::json,
                                                            'agent', case when a.id is not null then
                                                              json_build_object('id', a.id, 'name', a.name) end)
          end as task
     from taken i
     left join tasks t on i.kind = 'task-ended' and t.id = (i.payload::json ->> 'taskId')::uuid
     left join agents a on a.id = t.agent_id
    order by i.id`,
);

/**
 * Takes up to `limit` requests of these kinds, oldest first: of the workflows in `ids`, or of all (null). Throws
 * LeaseLostError (I3).
 */
export function takeRequests(
  sql: Sql,
  epoch: number,
  which: { readonly ids: readonly WorkflowId[] | null; readonly kinds: readonly string[]; readonly limit: number },
): Promise<TakenRequest[]> {
  return sql.run<TakenRequest>(TAKE, [epoch, which.ids, which.kinds, which.limit]);
}
