import { type Spawning, type TaskId, type WorkflowId } from '@baton/contracts';
import { keyed, type Sql } from '../sql';

/** A task that is about to spawn a batch, and what is above it. */
export interface Lineage {
  readonly taskId: TaskId;
  /** The task itself, its parent, and so on up to the root. */
  readonly up: readonly {
    readonly id: TaskId;
    readonly depth: number;
    readonly spawning: Spawning | null;
    /** Tasks below it that were not given up, at all levels. */
    readonly below: number;
  }[];
  readonly priority: number;
  readonly workflowId: WorkflowId | null;
  readonly traceparent: string | null;
  /** How many tasks each of its batches has. */
  readonly batches: Readonly<Record<string, number>>;
  /** What there is of the batch already, by place: the capability. */
  readonly existing: ReadonlyMap<number, string>;
}

const LINEAGES = keyed(
  'tasks-lineages',
  `with recursive up as (
     select t.id as leaf, 0 as level, t.id, t.parent_id, t.depth, t.options
       from tasks t where t.id = any($1::uuid[])
     union all
     select up.leaf, up.level + 1, p.id, p.parent_id, p.depth, p.options from up join tasks p on p.id = up.parent_id
   ), lines as (
     select leaf, json_agg(json_build_object(
              'id', id, 'depth', depth, 'spawning', options::json -> 'spawning',
              'below', (with recursive down as (
                          select d.id from tasks d where d.parent_id = up.id and d.spawn_key is not null
                          union all
                          select d.id from down join tasks d on d.parent_id = down.id and d.spawn_key is not null
                        ) select count(*) from down)) order by level) as up
       from up group by leaf
   )
   select x.id as "taskId", l.up, t.priority, t.workflow_id as "workflowId", t.traceparent, coalesce(t.batches, '{}') as batches,
          (select json_agg(json_build_array(c.spawn_index, c.capability)) from tasks c
            where c.parent_id = x.id and c.spawn_key = x.key) as existing
     from unnest($1::uuid[], $2::text[]) as x (id, key) join lines l on l.leaf = x.id join tasks t on t.id = x.id`,
);

interface Row extends Omit<Lineage, 'batches' | 'existing'> {
  readonly batches: string;
  readonly existing: [number, string][] | null;
}

/** The lineages of tasks, each with what there is of the batch of this key; by the id of the task. */
export async function loadLineages(
  sql: Sql,
  spawns: readonly { readonly taskId: TaskId; readonly key: string }[],
): Promise<Map<TaskId, Lineage>> {
  const rows = await sql.run<Row & Record<string, unknown>>(LINEAGES, [
    spawns.map(({ taskId }) => taskId),
    spawns.map(({ key }) => key),
  ]);
  return new Map(
    rows.map((row) => {
      const batches = JSON.parse(row.batches) as Lineage['batches'];
      return [row.taskId, { ...row, batches, existing: new Map(row.existing ?? []) }];
    }),
  );
}
