import { type Sql, statement } from '../sql';
import {
  conditionsOf,
  type DeadLetterFilter,
  type DeadLetterRow,
  type FullDeadLetterRow,
  listedColumns,
} from './dead-letter-row';

const GET = statement('dead-letters-get', `select ${listedColumns}, headers, content from dead_letters where id = $1`);
const COUNT = statement(
  'dead-letters-count',
  `select reason_code as "reasonCode", count(*)::float8 as count from dead_letters group by 1`,
);

/** One letter with its content. */
export async function getDeadLetter(sql: Sql, id: string): Promise<FullDeadLetterRow | undefined> {
  const [row] = await sql.run<FullDeadLetterRow>(GET, [id]);
  return row;
}

/** Newest first, by the time they were stored. `before` is the last id of the page that went before. */
export function listDeadLetters(
  sql: Sql,
  filter: DeadLetterFilter,
  page: { readonly limit: number; readonly before?: string | undefined },
): Promise<DeadLetterRow[]> {
  const { before } = page;
  const first = before === undefined ? [page.limit] : [page.limit, before];
  const { name, conditions, values } = conditionsOf(filter, first);
  const all = before === undefined ? conditions : ['id < $2::uuid', ...conditions];
  const where = all.length === 0 ? '' : `where ${all.join(' and ')}`;
  const text = `select ${listedColumns} from dead_letters ${where} order by id desc limit $1`;
  return sql.run<DeadLetterRow>(
    statement(`dead-letters-list-${name}-${before === undefined ? 'first' : 'next'}`, text),
    values,
  );
}

/** How many rows there are, by reason code; read from the index alone. */
export async function countDeadLetters(sql: Sql): Promise<Readonly<Record<string, number>>> {
  const rows = await sql.run<{ reasonCode: string; count: number }>(COUNT);
  return Object.fromEntries(rows.map(({ reasonCode, count }) => [reasonCode, count]));
}
