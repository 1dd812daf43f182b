import { defineRule, type Rule } from './rule';

/** I3: what the fences protect, as the history shows it. */
export const attemptRules: readonly Rule[] = [
  defineRule(
    'I3',
    'one-end',
    'no attempt ends more than once',
    `select subject_id as task, attempt, count(*) as ends from audit
      where subject = 'task' and from_state in ('assigned', 'running') and to_state <> 'running'
      group by subject_id, attempt having count(*) > 1`,
  ),
  defineRule(
    'I3',
    'numbered',
    'attempts are numbered from 1 without a gap, and every entry belongs to the attempt before it',
    `select task, seq, attempt, expected from (
       select subject_id as task, seq, attempt,
              count(*) filter (where to_state = 'assigned') over (partition by subject_id order by seq) as expected
         from audit where subject = 'task') numbered
      where attempt <> expected`,
  ),
  defineRule(
    'I3',
    'current',
    'the row of a task shows its last attempt',
    `select t.id as task, t.attempt, a.attempt as "lastAttempt" from tasks t
       join audit a on a.subject = 'task' and a.subject_id = t.id and a.seq = t.seq
      where a.attempt <> t.attempt`,
  ),
  defineRule(
    'I3',
    'same-agent',
    'an attempt ends with the agent it was given to',
    `select subject_id as task, attempt, count(distinct agent_id) as agents from audit
      where subject = 'task' and agent_id is not null group by subject_id, attempt having count(distinct agent_id) > 1`,
  ),
];
