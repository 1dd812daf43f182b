import { finalTaskStates } from '@baton/contracts';
import { defineRule, PATIENCE, type Rule } from './rule';

const finals = finalTaskStates.map((state) => `'${state}'`).join(', ');

/** I9, and I4 for workflows. */
export const workflowRules: readonly Rule[] = [
  defineRule(
    'I9',
    'receipts',
    'a step of a workflow completes at most once, and once more for each time somebody let it run again from a step',
    `select r.* from (
       select workflow_id as workflow, step_id as step, count(*) as receipts from tasks
        where step_id is not null and state = 'completed' group by workflow_id, step_id having count(*) > 1) r
      where r.receipts > 1 + (select count(*) from audit a where a.subject = 'workflow' and a.subject_id = r.workflow
                                and a.to_state = 'running' and a.reason like 'run again from %')`,
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
    'run-moves',
    'a run that goes on has a step under way, a timer, or something it is told',
    `select w.id as workflow, w.state, max(a.at) as since from workflows w
       left join audit a on a.subject = 'workflow' and a.subject_id = w.id
      where w.state = 'running' and w.wake_at is null
        and not exists (select 1 from workflow_steps s
                         where s.workflow_id = w.id and s.finished_at is null and s.state <> 'pending')
        and not exists (select 1 from workflow_inbox i where i.workflow_id = w.id)
      group by w.id having max(a.at) is null or max(a.at) < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'run-woken',
    'nothing in a run is due for more than a minute',
    `select id as workflow, state, wake_at as "wakeAt" from workflows
      where wake_at < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'inside-ended',
    'when a step has ended nothing inside it is under way',
    `select s.workflow_id as workflow, s.key as step, s.state, p.key as around, p.state as "stateAround"
       from workflow_steps s join workflow_steps p on p.workflow_id = s.workflow_id
        and p.key = regexp_replace(s.key, '(/[^/]*|\\[[0-9]+\\])$', '') and p.key <> s.key
      where s.finished_at is null and s.state <> 'pending' and p.finished_at is not null`,
  ),
  defineRule(
    'I4',
    'inbox-read',
    'what a workflow is told is taken up within a minute',
    `select id, workflow_id as workflow, kind, created_at as "createdAt" from workflow_inbox
      where created_at < clock_timestamp() - ${PATIENCE}`,
  ),
];
