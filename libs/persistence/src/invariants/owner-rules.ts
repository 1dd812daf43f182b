import { defineRule, PATIENCE, type Rule } from './rule';

/** I4: no task that is not final is without an owner or a timer. True of a mesh that runs, not of one that is stopped. */
export const ownerRules: readonly Rule[] = [
  defineRule(
    'I4',
    'owned',
    'whoever holds a task can be found: assigned and running have agent, token and deadline; scheduled has a time; what waits belongs to nobody',
    `select id as task, state, agent_id as agent from tasks
      where (state in ('assigned', 'running') and (agent_id is null or token is null or attempt_deadline is null))
         or (state = 'scheduled' and run_at is null)
         or (state in ('scheduled', 'queued') and token is not null)`,
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
      where state in ('scheduled', 'queued') and deadline < clock_timestamp() - ${PATIENCE}`,
  ),
  defineRule(
    'I4',
    'reserved',
    'no task is in a state that nothing leads out of yet',
    `select id as task, state from tasks where state = 'waiting'`,
  ),
];
