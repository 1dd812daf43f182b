import { keyed, type Sql, statement } from '../sql';
import { type CanceledTask, cancelTasks } from '../tasks/control-tasks';
import { readyColumns, type ReadyRow } from '../tasks/ready-tasks';

/**
 * Of these candidates, those whose batch has ended are queued again; under this fence (I3). What a waiting task has
 * spawned and is under way is always of the batch it waits for.
 */
const wake = (candidates: string, fence: string): string => `with ready as materialized (
     select p.id, p.awaiting from tasks p
      where ${candidates} and not exists (select 1 from tasks o where o.parent_id = p.id and o.finished_at is null)
   ), done as (
     select p.id, p.awaiting, n.total, n.completed
       from ready p, lateral (
              select count(*) as total, count(*) filter (where c.state = 'completed') as completed
                from tasks c where c.parent_id = p.id and c.spawn_key = p.awaiting) n
   ), t as (
     update tasks t set state = 'queued', seq = t.seq + 1, awaiting = null, run_at = null
       from done where t.id = done.id and t.state || '' = 'waiting' and t.awaiting = done.awaiting and (select ${fence})
     returning t.*, done.awaiting as awaited, done.total, done.completed
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, actor, reason)
     select 'task', id, seq, 'waiting', 'queued', attempt, 'orchestrator',
            'batch "' || awaited || '" has ended: ' || completed || ' of ' || total || ' completed' from t
   )
   select ${readyColumns('t')} from t`;

const WAKE = keyed('tasks-wake-parents', wake(`p.id = any($2::uuid[]) and p.state || '' = 'waiting'`, 'fence($1)'));
const SWEEP = statement('tasks-wake-all-parents', wake(`p.state = 'waiting'`, 'fence($1)'));

/** Queues those of the tasks that wait for a batch that has ended, audited. Throws LeaseLostError (I3). */
export function wakeParents(sql: Sql, epoch: number, ids: readonly string[]): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(WAKE, [epoch, ids]);
}

/** The same for all that wait: finds what nobody told of. */
export function wakeAllParents(sql: Sql, epoch: number): Promise<ReadyRow[]> {
  return sql.run<ReadyRow>(SWEEP, [epoch]);
}

const ORPHANS = statement(
  'tasks-spawned-orphans',
  `select c.id from tasks c join tasks p on p.id = c.parent_id
    where c.parent_id is not null and c.finished_at is null and p.finished_at is not null and (select fence($1))
    limit $2`,
);

/**
 * Cancels tasks whose parent has ended without them, with all they have spawned; at most `limit`. Call it in a
 * transaction. Throws LeaseLostError (I3).
 */
export async function cancelOrphans(sql: Sql, epoch: number, limit: number): Promise<CanceledTask[]> {
  const ids = (await sql.run<{ id: string }>(ORPHANS, [epoch, limit])).map(({ id }) => id);
  if (ids.length === 0) return [];
  const reason = 'the task that spawned it has ended';
  return cancelTasks(sql, ids, { actor: 'orchestrator', reason, tellWorkflow: true });
}
