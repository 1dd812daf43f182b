import { defineRule, type Rule } from './rule';

/**
 * What was promised to whoever set a key, from the history. Of limits: each attempt holds its key from its assignment to its
 * end. Ends go before assignments of the same instant.
 */
export const concurrencyRules: readonly Rule[] = [
  defineRule(
    'S6',
    'key-limit',
    'a task with a concurrency key was only ever assigned while fewer than its limit were out under that key',
    `with keyed as (
       select id, options::json ->> 'concurrencyKey' as key,
              coalesce((options::json ->> 'concurrencyLimit')::int, 1) as most
         from tasks where options like '%"concurrencyKey"%'
     ), steps as (
       select k.key, k.most, a.subject_id as task, a.attempt, a.at,
              case when a.to_state = 'assigned' then 1 else -1 end as step
         from keyed k join audit a on a.subject = 'task' and a.subject_id = k.id
        where k.key is not null
          and (a.to_state = 'assigned' or (a.from_state in ('assigned', 'running') and a.to_state <> 'running'))
     ), counted as (
       select *, sum(step) over (partition by key order by at, step rows unbounded preceding) as out from steps
     )
     select key, task, attempt, at, out, most as "limit" from counted where step = 1 and out > most`,
  ),
  defineRule(
    'S5',
    'spread',
    'no two completed tasks with one spread key were done by agents of one name',
    `select t.spread_key as key, a.name, count(*) as tasks
       from tasks t join agents a on a.id = t.agent_id
      where t.spread_key is not null and t.state = 'completed' group by 1, 2 having count(*) > 1`,
  ),
];
