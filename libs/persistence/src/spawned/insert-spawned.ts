import { type TaskId } from '@baton/contracts';
import { type Sql, statement } from '../sql';
import { plainColumn, textColumn } from '../sql-columns';
import { newTaskColumns, newTaskRows, type NewTask } from '../tasks/insert-tasks';

/** The batch a task waits for from now on. */
export interface SpawnedBatch {
  readonly parentId: TaskId;
  readonly key: string;
  /** Of the spawned tasks. */
  readonly depth: number;
  /** How many tasks each batch of the parent has, this one included: JSON text. */
  readonly batches: string;
  /** In their order. */
  readonly tasks: readonly NewTask[];
}

const FIRST = newTaskColumns([]).length + 1;

const AWAIT = statement(
  'tasks-await',
  `update tasks t set awaiting = x.key, batches = x.batches
     from unnest($2::uuid[], $3::text[], $4::text[]) as x (id, key, batches)
    where t.id = x.id and t.state = 'waiting' and (select fence($1))`,
);
const INSERT = statement(
  'tasks-insert-spawned',
  `with x as (
     select new.*, place.parent, place.spawned, place.place, place.depth
       from ${newTaskRows}
       join unnest($1::uuid[], $${FIRST + 1}::uuid[], $${FIRST + 2}::text[], $${FIRST + 3}::int[], $${FIRST + 4}::int[])
         as place (id, parent, spawned, place, depth) using (id)
      where (select fence($${FIRST}))
   ), added as (
     insert into tasks (id, capability, priority, rank, state, input, options, timeout_ms, max_retries, run_at, deadline,
                        target_agent_id, workflow_id, traceparent, created_by, parent_id, spawn_key, spawn_index, depth)
     select id, capability, priority, rank, case when run_at is null then 'queued' else 'scheduled' end, input, options,
            timeout_ms, max_retries, run_at, deadline, target, workflow, trace, creator, parent, spawned, place, depth
       from x
     on conflict (parent_id, spawn_key, spawn_index) where parent_id is not null do nothing
     returning id, state, created_by, parent_id
   ), logged as (
     insert into audit (subject, subject_id, seq, to_state, actor, reason)
     select 'task', id, 1, state, created_by, 'spawned by task ' || parent_id from added
   )
   select id from added`,
);

/**
 * Stores what tasks spawn, in the transaction that has just made them wait: which batch each waits for, and the tasks
 * of the batch that are not there yet, audited (I2). Spawned again, a batch is the one it was. Returns the ids of the
 * new ones. Throws LeaseLostError (I3).
 */
export async function insertSpawned(sql: Sql, epoch: number, batches: readonly SpawnedBatch[]): Promise<Set<string>> {
  await sql.run(AWAIT, [
    epoch,
    plainColumn(batches.map(({ parentId }) => parentId)),
    textColumn(batches.map(({ key }) => key)),
    textColumn(batches.map((batch) => batch.batches)),
  ]);
  const places = batches.flatMap(({ parentId, key, depth, tasks }) =>
    tasks.map((task, index) => ({ task, parentId, key, depth, index })),
  );
  const rows = await sql.run<{ id: string }>(INSERT, [
    ...newTaskColumns(places.map(({ task }) => task)),
    epoch,
    plainColumn(places.map(({ parentId }) => parentId)),
    textColumn(places.map(({ key }) => key)),
    plainColumn(places.map(({ index }) => index)),
    plainColumn(places.map(({ depth }) => depth)),
  ]);
  return new Set(rows.map(({ id }) => id));
}
