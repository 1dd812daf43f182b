import { finalTaskStates } from '@baton/contracts';
import { defineRule, type Rule } from './rule';

const finals = finalTaskStates.map((state) => `'${state}'`).join(', ');

/** I1: an accepted task ends in exactly one final state, recorded once. */
export const outcomeRules: readonly Rule[] = [
  defineRule(
    'I1',
    'task-kept',
    'a task that was ever accepted is in the table',
    `select distinct a.subject_id as task from audit a
      where a.subject = 'task' and not exists (select 1 from tasks t where t.id = a.subject_id)`,
  ),
  defineRule(
    'I1',
    'one-final',
    'a final state is left only because a person asks for another try',
    `select subject_id as task, seq, from_state as "from", to_state as "to", actor from audit
      where subject = 'task' and from_state in (${finals})
        and not (to_state = 'queued' and actor not like 'orchestrator%' and actor not like 'agent:%')`,
  ),
  defineRule(
    'I1',
    'one-outcome',
    'at most one outcome is recorded: a task completes once',
    `select subject_id as task, count(*) as completions from audit
      where subject = 'task' and to_state = 'completed' group by subject_id having count(*) > 1`,
  ),
  defineRule(
    'I1',
    'finished',
    'a task has an end exactly when its state is final',
    `select id as task, state, finished_at as "finishedAt" from tasks
      where (finished_at is not null) <> (state in (${finals}))`,
  ),
  defineRule(
    'I1',
    'outcome-kept',
    'a completed task has its output and no error, a failed one its error',
    `select id as task, state, output is not null as "hasOutput", error is not null as "hasError" from tasks
      where (state = 'completed' and (output is null or error is not null))
         or (state in ('failed', 'rejected') and error is null)`,
  ),
];
