import { taskStates } from '@baton/contracts';
import { taskTransitions } from '@baton/engine';
import { defineRule, type Rule } from './rule';

const legal = [
  ...taskTransitions.birth.map((to) => `('', '${to}')`),
  ...taskStates.flatMap((from) => taskTransitions[from].map((to) => `('${from}', '${to}')`)),
].join(', ');

const gapless = (subject: 'agent' | 'channel' | 'workflow'): Rule =>
  defineRule(
    'I2',
    `gapless-${subject}`,
    `the audit of every ${subject} has no gap and no double entry`,
    `select s.id as ${subject}, s.seq, count(a.seq) as entries, max(a.seq) as "lastSeq"
       from ${subject}s s left join audit a on a.subject = '${subject}' and a.subject_id = s.id and a.seq > 0
      group by s.id having count(a.seq) <> s.seq or count(distinct a.seq) <> s.seq or max(a.seq) is distinct from s.seq`,
  );

/** I2: every transition is legal and has its audit entry. */
export const auditRules: readonly Rule[] = [
  defineRule(
    'I2',
    'gapless',
    'the audit of a task has no gap and no double entry, and ends with its state',
    // One pass for the counts; the last entry is then found by its number.
    `select t.id as task, t.seq, t.state, n.entries, n."lastSeq", last.to_state as "lastState"
       from tasks t
       left join (select subject_id, count(*) as entries, min(seq) as first, max(seq) as "lastSeq" from audit
                   where subject = 'task' group by subject_id) n on n.subject_id = t.id
       left join audit last on last.subject = 'task' and last.subject_id = t.id and last.seq = t.seq
      where n.entries is distinct from t.seq or n.first <> 1 or n."lastSeq" <> t.seq
         or last.to_state is distinct from t.state`,
  ),
  defineRule(
    'I2',
    'chain',
    'every entry follows the one before: by number, and from the state that one led to',
    `select task, seq, "from", before from (
       select subject_id as task, seq, from_state as "from", lag(to_state) over history as before,
              row_number() over history as place
         from audit where subject = 'task' window history as (partition by subject_id order by seq)) chain
      where "from" is distinct from before or seq <> place`,
  ),
  defineRule(
    'I2',
    'legal',
    'only legal transitions happen',
    `select subject_id as task, seq, from_state as "from", to_state as "to" from audit
      where subject = 'task' and (coalesce(from_state, ''), to_state) not in (${legal})`,
  ),
  gapless('workflow'),
  gapless('agent'),
  gapless('channel'),
];
