import { type Sql, statement } from '../sql';

/** An agent that has completed a task with a spread key. */
export interface SpreadName {
  readonly key: string;
  readonly name: string;
}

const NAMES = statement(
  'tasks-spread-names',
  `select distinct t.spread_key as key, a.name
     from tasks t join agents a on a.id = t.agent_id
    where t.spread_key = any($1::text[]) and t.state = 'completed'`,
);

/** The names of the agents that have completed tasks with these spread keys. */
export function loadSpreadNames(sql: Sql, keys: readonly string[]): Promise<SpreadName[]> {
  return sql.run<SpreadName & Record<string, unknown>>(NAMES, [keys]);
}
