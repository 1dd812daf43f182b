import { auditMeshAction } from '../history/audit-action';
import { type Sql, statement } from '../sql';

/** What may stay. */
export interface DeadLetterLimits {
  readonly days: number;
  readonly megabytes: number;
}

/** What a letter takes beside its content, about: headers, row, indexes. */
const ROW_BYTES = 1024;
/** Letters one statement deletes at most. */
const CHUNK = 10_000;
const DAY_MS = 86_400_000;
const LOCK = statement('dead-letters-prune-lock', `select pg_try_advisory_xact_lock(5550124) as mine`);

/**
 * The newest letter that is too much, by size (read from the index alone) or by age (ids are made in the order of
 * time): everything up to it goes.
 */
const PRUNE = statement(
  'dead-letters-prune',
  `with edge as (
     select greatest($2::uuid, (
       select id from (select id, sum(size::bigint + ${ROW_BYTES}) over (order by id desc) as bytes from dead_letters) s
        where bytes > $1::bigint order by id desc limit 1)) as id),
   gone as (
     delete from dead_letters where id in (
       select id from dead_letters where id <= (select id from edge) order by id limit ${CHUNK})
     returning size)
   select count(*)::int as count, coalesce(sum(size), 0)::float8 as bytes from gone`,
);

/**
 * Deletes the oldest letters beyond the limits, at most 10,000, audited as one action; resolves with how many. Of
 * several that try at once one does it. Run it in a transaction.
 */
export async function pruneDeadLetters(sql: Sql, { days, megabytes }: DeadLetterLimits, now: Date): Promise<number> {
  const [lock] = await sql.run<{ mine: boolean }>(LOCK);
  if (lock?.mine !== true) return 0;
  const values = [megabytes * 1024 * 1024, firstIdAt(now.getTime() - days * DAY_MS)];
  const [gone] = await sql.run<{ count: number; bytes: number }>(PRUNE, values);
  const { count = 0, bytes = 0 } = gone ?? {};
  if (count > 0) {
    const why = `${count} letters of ${bytes} bytes, beyond ${days} days or ${megabytes} MB`;
    await auditMeshAction(sql, 'dead-letters-pruned', 'orchestrator', why);
  }
  return count;
}

/** The least UUIDv7 of this time. */
function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
