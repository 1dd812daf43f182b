import { type Sql } from '../sql';
import { checkRule, defineRule, type Violation } from './rule';

const ACCEPTED = defineRule(
  'I1',
  'accepted',
  'every task the given list calls accepted is in the table',
  `select given.id as task from unnest($1::uuid[]) as given (id)
    where not exists (select 1 from tasks t where t.id = given.id)`,
);
const AT_ONCE = 20_000;

/** Holds the sender's own list of accepted ids against the table. */
export async function checkAccepted(sql: Sql, ids: readonly string[]): Promise<Violation | undefined> {
  let all: Violation | undefined;
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const found = await checkRule(sql, ACCEPTED, [ids.slice(first, first + AT_ONCE)]);
    if (found) all = { ...(all ?? found), count: (all?.count ?? 0) + found.count };
  }
  return all;
}
