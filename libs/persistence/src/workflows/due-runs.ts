import { type WorkflowId } from '@baton/contracts';
import { type Sql, statement } from '../sql';

/** A run and when something in it is due: a wait, a timeout, a deadline. */
export interface TimedRun {
  readonly id: WorkflowId;
  readonly wakeAt: Date;
}

const NEXT = statement(
  'workflows-due',
  'select id, wake_at as "wakeAt" from workflows where wake_at is not null order by wake_at limit $1',
);

/** The runs that are due first, whether they are yet or not; soonest first. */
export function nextTimedRuns(sql: Sql, limit: number): Promise<TimedRun[]> {
  return sql.run<TimedRun>(NEXT, [limit]);
}
