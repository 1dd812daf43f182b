import { type Sql, statement } from '../sql';

const NAMES = statement('agents-names', 'select id, name from agents where id = any($1::uuid[])');

/** The names of the agents with these ids, by id; also of agents that have ended. */
export async function agentNames(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.run<{ id: string; name: string }>(NAMES, [ids]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
