import { type Sql, statement } from '../sql';
import { auditMeshAction } from '../history/audit-action';
import { conditionsOf, type DeadLetterFilter } from './dead-letter-row';

const PURGE_IDS = statement(
  'dead-letters-purge-ids',
  'delete from dead_letters where id = any($1::uuid[]) returning id, replays',
);
const AUDIT_EACH = statement(
  'dead-letters-purge-audit',
  `insert into audit (subject, subject_id, seq, from_state, to_state, actor)
   select 'dead-letter', id, replays + 1, 'dead', 'purged', $3 from unnest($1::uuid[], $2::int[]) as gone (id, replays)`,
);

/** Deletes these letters, each with its audit entry; resolves with those that were there. Run it in a transaction. */
export async function purgeDeadLetters(sql: Sql, ids: readonly string[], actor: string): Promise<string[]> {
  const gone = await sql.run<{ id: string; replays: number }>(PURGE_IDS, [ids]);
  const purged = gone.map(({ id }) => id);
  if (gone.length > 0) await sql.run(AUDIT_EACH, [purged, gone.map(({ replays }) => replays), actor]);
  return purged;
}

/**
 * Deletes at most `limit` letters, the oldest first, audited as one action; resolves with how many. Run it in a
 * transaction.
 */
export async function purgeDeadLettersBy(
  sql: Sql,
  filter: DeadLetterFilter,
  limit: number,
  actor: string,
): Promise<number> {
  const { name, conditions, values } = conditionsOf(filter, [limit]);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const text = `with gone as (
       delete from dead_letters where id in (select id from dead_letters ${where} order by id limit $1) returning 1)
     select count(*)::int as count from gone`;
  const [row] = await sql.run<{ count: number }>(statement(`dead-letters-purge-${name}`, text), values);
  const count = row?.count ?? 0;
  const told = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  if (count > 0)
    await auditMeshAction(sql, 'dead-letters-purged', actor, `${count} letters, filter ${JSON.stringify(told)}`);
  return count;
}
