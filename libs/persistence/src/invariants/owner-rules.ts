import { defineRule, PATIENCE, type Rule } from './rule';

/** I4: no task that is not final is without an owner or a timer. True of a mesh that runs, not of one that is stopped. */
export const ownerRules: readonly Rule[] = [
  defineRule(
    'I4',
    'owned',
    'whoever holds a task can be found: assigned and running have agent, token and deadline; scheduled has a time; what waits belongs to nobody, and knows what for',
    `select id as task, state, agent_id as agent from tasks
      where (state in ('assigned', 'running') and (agent_id is null or token is null or attempt_deadline is null))
         or (state = 'scheduled' and run_at is null)
         or (state in ('scheduled', 'queued', 'waiting') and token is not null)
         or (state = 'waiting') <> (awaiting is not null)`,
  ),
  defineRule(
    'I4',
    'overdue',
    'no attempt is overdue by more than a minute',
    `select id as task, state, attempt_deadline as deadline from tasks
      where state in ('assigned', 'running') and attempt_deadline < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'held-by-the-dead',
    'no attempt is with an agent that has been gone for more than a minute, or that never was',
    `select t.id as task, t.state, t.agent_id as agent, a.terminated_at as "goneAt" from tasks t
       left join agents a on a.id = t.agent_id
      where t.state in ('assigned', 'running') and t.agent_id is not null
        and (a.id is null or a.terminated_at < clock_timestamp() - ${PATIENCE})
        and t.assigned_at < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'woken',
    'nothing sleeps for more than a minute after its time has come',
    `select id as task, state, run_at as "runAt" from tasks
      where state in ('scheduled', 'queued') and run_at < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'expired',
    'nothing waits for more than a minute beyond its deadline',
    `select id as task, state, deadline from tasks
      where state in ('scheduled', 'queued', 'waiting') and deadline < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'awaited',
    'a task that waits is woken within a minute of the end of the batch it waits for',
    `select p.id as task, p.awaiting, n.tasks, n."lastEnd" from tasks p, lateral (
       select count(*) as tasks, count(*) filter (where c.finished_at is null) as open, max(c.finished_at) as "lastEnd"
         from tasks c where c.parent_id = p.id and c.spawn_key = p.awaiting) n
      where p.state = 'waiting' and n.open = 0
        and (n."lastEnd" is null or n."lastEnd" < clock_timestamp() - ${PATIENCE})`,
  ),
  defineRule(
    'I4',
    'spawned-for-nobody',
    'a task that was spawned is under way only while the task that spawned it waits for it, or for a minute after that one ended',
    `select c.id as task, c.state, p.id as parent, p.state as "parentState" from tasks c
       left join tasks p on p.id = c.parent_id
      where c.parent_id is not null and c.finished_at is null
        and (p.id is null or p.finished_at < clock_timestamp() - ${PATIENCE}
             or (p.finished_at is null and p.awaiting is distinct from c.spawn_key))`,
  ),
];
