import { type Sql, statement } from '../sql';
import { conditionsOf, type DeadLetterFilter, type FullDeadLetterRow, listedColumns } from './dead-letter-row';

const LOAD = statement(
  'dead-letters-load',
  `select ${listedColumns}, headers, content from dead_letters where id = any($1::uuid[]) order by id`,
);

/** These letters with their contents, oldest first. */
export function loadDeadLetters(sql: Sql, ids: readonly string[]): Promise<FullDeadLetterRow[]> {
  return sql.run<FullDeadLetterRow>(LOAD, [ids]);
}

/** The ids of the letters that fit, oldest first, beyond `after`. */
export async function pickDeadLetters(
  sql: Sql,
  filter: DeadLetterFilter,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<string[]> {
  const { name, conditions, values } = conditionsOf(filter, [page.limit, page.after ?? null]);
  const where = ['($2::uuid is null or id > $2)', ...conditions].join(' and ');
  const text = `select id from dead_letters where ${where} order by id limit $1`;
  const rows = await sql.run<{ id: string }>(statement(`dead-letters-pick-${name}`, text), values);
  return rows.map(({ id }) => id);
}
