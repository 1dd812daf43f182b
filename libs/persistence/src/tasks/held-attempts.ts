import { keyed, type Sql, statement } from '../sql';
import { heldColumns, type HeldAttempt } from './attempt-row';

const HELD = statement('attempts-held', `select ${heldColumns} from tasks t where state in ('assigned', 'running')`);
const ENDED = keyed(
  'attempts-no-longer-held',
  `select x.id from unnest($1::uuid[], $2::uuid[]) as x (id, token)
     left join tasks t on t.id = x.id and t.token = x.token and t.state || '' in ('assigned', 'running')
    where t.id is null`,
);

/** Every attempt that is out with an agent: what a new brain starts from. */
export function loadHeldAttempts(sql: Sql): Promise<HeldAttempt[]> {
  return sql.run<HeldAttempt>(HELD);
}

/** Those of the given attempts that ended in the database meanwhile, canceled through another door for instance. */
export async function findEndedAttempts(
  sql: Sql,
  attempts: readonly { readonly id: string; readonly token: string }[],
): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(ENDED, [attempts.map(({ id }) => id), attempts.map(({ token }) => token)]);
  return rows.map((row) => row.id);
}
