import { finalTaskStates } from '@baton/contracts';
import { defineRule, PATIENCE, type Rule } from './rule';

const finals = finalTaskStates.map((state) => `'${state}'`).join(', ');

/** I9, and I4 for workflows. */
export const workflowRules: readonly Rule[] = [
  defineRule(
    'I9',
    'receipts',
    'a step of a workflow completes at most once',
    `select workflow_id as workflow, step_id as step, count(*) as receipts from tasks
      where step_id is not null and state = 'completed' group by workflow_id, step_id having count(*) > 1`,
  ),
  defineRule(
    'I9',
    'workflow-over',
    'a workflow that ended has nothing under way',
    `select t.id as task, t.state, w.id as workflow, w.state as "workflowState" from tasks t
       join workflows w on w.id = t.workflow_id
      where w.finished_at is not null and t.finished_at is null`,
  ),
  defineRule(
    'I4',
    'step-owned',
    'a step under way has a task, and learns of its end within a minute',
    `select s.workflow_id as workflow, s.key as step, s.state, s.task_id as task, t.state as "taskState"
       from workflow_steps s
       join workflows w on w.id = s.workflow_id and w.finished_at is null
       left join tasks t on t.id = s.task_id
      where s.task_id is not null and s.state not in (${finals}, 'skipped', 'pending', 'ready')
        and (t.id is null or t.finished_at < clock_timestamp() - ${PATIENCE})`,
  ),
  defineRule(
    'I4',
    'inbox-read',
    'what a workflow is told is taken up within a minute',
    `select id, workflow_id as workflow, kind, created_at as "createdAt" from workflow_inbox
      where created_at < clock_timestamp() - ${PATIENCE}`,
  ),
];
