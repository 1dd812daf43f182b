import { type TaskId } from '@baton/contracts';
import { keyed, type Sql } from '../sql';

/** What became of the batches of a task, as the JSON text of `spawned` in an assignment; or how much too much it is. */
export type SpawnedResults = { readonly json: string } | { readonly bytes: number };

interface Row extends Record<string, unknown> {
  readonly parentId: TaskId;
  readonly key: string;
  readonly bytes: number;
  /** Null where all batches of the task together are more than was asked for. */
  readonly results: string | null;
}

/** A batch counts when all of it is there: a task that is tried again by a person spawns the rest once more. */
const RESULTS = keyed(
  'tasks-spawned-results',
  `with ended as (
     select c.parent_id, c.spawn_key from tasks c join tasks p on p.id = c.parent_id
      where c.parent_id = any($1::uuid[]) and c.spawn_key is not null
      group by c.parent_id, c.spawn_key, p.batches
     having count(*) = (p.batches::json ->> c.spawn_key)::int and bool_and(c.finished_at is not null)
   ), sized as (
     select e.parent_id, sum(octet_length(coalesce(c.output, '')) + octet_length(coalesce(c.error, '')) + 128)::float8 as bytes
       from ended e join tasks c on c.parent_id = e.parent_id and c.spawn_key = e.spawn_key group by e.parent_id
   )
   select e.parent_id as "parentId", e.spawn_key as key, s.bytes, case when s.bytes <= $2 then (
            select '[' || string_agg('{"taskId":"' || c.id || '","capability":' || to_json(c.capability) || ',"state":"'
                     || c.state || '","output":' || coalesce(c.output, 'null') || ',"error":' || coalesce(c.error, 'null')
                     || '}', ',' order by c.spawn_index) || ']'
              from tasks c where c.parent_id = e.parent_id and c.spawn_key = e.spawn_key) end as results
     from ended e join sized s on s.parent_id = e.parent_id`,
);

/** By the id of the task; of those that have more than `most` bytes only how much it is (I8). */
export async function loadSpawnedResults(
  sql: Sql,
  parentIds: readonly string[],
  most: number,
): Promise<Map<string, SpawnedResults>> {
  const all = new Map<string, SpawnedResults>();
  for (const { parentId, key, bytes, results } of await sql.run<Row>(RESULTS, [parentIds, most])) {
    const before = all.get(parentId);
    const field = `${JSON.stringify(key)}:${results}`;
    if (results === null) all.set(parentId, { bytes });
    else
      all.set(parentId, { json: before && 'json' in before ? `${before.json.slice(0, -1)},${field}}` : `{${field}}` });
  }
  return all;
}

const TOTALS = keyed(
  'tasks-tree-totals',
  `with recursive tree as (
     select id as root, id, cost from tasks where id = any($1::uuid[])
     union all
     select tree.root, c.id, c.cost from tree join tasks c on c.parent_id = tree.id
   )
   select root as id, sum(cost) as cost, count(*)::int - 1 as spawned from tree group by root`,
);

/** What a task and all it spawned have cost, and how many those are; also those that were given up. */
export interface TreeTotals {
  readonly id: string;
  readonly cost: number | null;
  readonly spawned: number;
}

export async function loadTreeTotals(sql: Sql, ids: readonly string[]): Promise<Map<string, TreeTotals>> {
  const rows = await sql.run<TreeTotals & Record<string, unknown>>(TOTALS, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

const AWAITED = keyed(
  'tasks-awaited',
  `select id, capability, state from tasks
    where parent_id = $1 and spawn_key = $2 and finished_at is null order by spawn_index limit $3`,
);
const COUNTED = keyed(
  'tasks-awaited-count',
  `select count(*)::int as total, count(*) filter (where finished_at is null)::int as open
     from tasks where parent_id = $1 and spawn_key = $2`,
);

/** The tasks of a batch that have not ended: how many, and the first of them. */
export interface Awaited {
  readonly total: number;
  readonly open: number;
  readonly first: readonly { readonly id: TaskId; readonly capability: string; readonly state: string }[];
}

export async function findAwaited(sql: Sql, parentId: string, key: string, limit: number): Promise<Awaited> {
  const [counts] = await sql.run<{ total: number; open: number }>(COUNTED, [parentId, key]);
  const first = await sql.run<Awaited['first'][number] & Record<string, unknown>>(AWAITED, [parentId, key, limit]);
  return { total: counts?.total ?? 0, open: counts?.open ?? 0, first };
}
