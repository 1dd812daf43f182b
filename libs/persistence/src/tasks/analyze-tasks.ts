import { type Sql, statement } from '../sql';

const ANALYZE = statement('tasks-analyze', 'analyze tasks');

/** Renews what the planner knows of the table, and with it all plans. Some hundred milliseconds at most; blocks nobody. */
export async function analyzeTasks(sql: Sql): Promise<void> {
  await sql.run(ANALYZE);
}
