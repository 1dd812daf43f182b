import { type Sql, statement } from '../sql';

/** How long work of a capability took, from assignment to end: of the logarithms of milliseconds. */
export interface WorkDurations {
  readonly capability: string;
  readonly count: number;
  readonly meanLog: number;
  readonly varianceLog: number;
}

const DURATIONS = statement(
  'capability-durations-log',
  `select capability, count(*)::int as count, avg(log)::float8 as "meanLog",
          coalesce(var_samp(log), 0)::float8 as "varianceLog"
     from (select capability, state, ln(greatest(0.1, extract(epoch from finished_at - assigned_at) * 1000)) as log
             from (select capability, state, finished_at, assigned_at from tasks order by id desc limit 5000) recent
            where state = 'completed' and assigned_at is not null) works
    group by capability`,
);
const CHILDREN = statement(
  'workflow-children',
  `select regexp_replace(step_id, '\\[\\d+\\]', '', 'g') as key,
          (count(*)::float8 / count(distinct step_id)) as children
     from workflow_steps
    where item_index is not null
      and workflow_id = (select id from workflows where name = $1 and state = 'completed' order by id desc limit 1)
    group by 1`,
);

/** Of those of the last 5,000 tasks that completed, by capability. */
export function workDurations(sql: Sql): Promise<WorkDurations[]> {
  return sql.run<WorkDurations>(DURATIONS);
}

/** How many children each step had in the last run of this name that completed; keys without what is in brackets. */
export async function usualChildren(sql: Sql, workflowName: string): Promise<Map<string, number>> {
  const rows = await sql.run<{ key: string; children: number }>(CHILDREN, [workflowName]);
  return new Map(rows.map(({ key, children }) => [key, children]));
}
