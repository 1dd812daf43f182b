import { type SlotHolder } from '@baton/engine';
import { type Sql, statement } from '../sql';

// The last attempts only: what was tried before is another matter.
const USUAL = statement(
  'workflow-usual-durations',
  `with earlier as (
     select id from workflows where name = $1 and id < $2 and state in ('completed', 'partial') order by id desc limit 20
   ), works as (
     select regexp_replace(t.step_id, '\\[\\d+\\]', '', 'g') as step,
            extract(epoch from t.finished_at - t.assigned_at)::float8 * 1000 as ms,
            row_number() over (partition by regexp_replace(t.step_id, '\\[\\d+\\]', '', 'g') order by t.id desc) as n
       from tasks t
      where t.workflow_id in (select id from earlier) and t.step_id is not null and t.state = 'completed'
        and t.assigned_at is not null
   )
   select step, array_agg(ms) as ms from works where n <= 200 group by step`,
);

/** Milliseconds that tasks of each step took in earlier runs of the same name; steps without what is in brackets. */
export async function usualStepDurations(
  sql: Sql,
  name: string,
  before: string,
): Promise<Map<string, readonly number[]>> {
  const rows = await sql.run<{ step: string; ms: number[] }>(USUAL, [name, before]);
  return new Map(rows.map(({ step, ms }) => [step, ms]));
}

const HOLDERS = statement(
  'capability-slot-holders',
  `select t.capability, t.workflow_id as "workflowId", w.name as workflow, count(*)::int as tasks
     from tasks t left join workflows w on w.id = t.workflow_id
    where t.state in ('assigned', 'running') and t.capability = any($1::text[])
    group by 1, 2, 3 order by count(*) desc limit 50`,
);

/** Whose tasks agents have now, by capability, the largest first. */
export function slotHolders(sql: Sql, capabilities: readonly string[]): Promise<SlotHolder[]> {
  return sql.run<SlotHolder>(HOLDERS, [capabilities]);
}
