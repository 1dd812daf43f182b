import { type Sql, statement } from '../sql';

/** A lease that cannot be renewed in its own time is lost: a database that does not answer is not waited for. */
const ANSWER_WITHIN_MS = 2000;

const TAKE = statement(
  'lease-take',
  `update leases set epoch = epoch + 1, holder = $1, expires_at = clock_timestamp() + $2 * interval '1 millisecond'
    where name = 'brain' and (expires_at < clock_timestamp() or holder = $1)
   returning epoch::int8 as epoch`,
  ANSWER_WITHIN_MS,
);
const RENEW = statement(
  'lease-renew',
  `update leases set expires_at = clock_timestamp() + $3 * interval '1 millisecond'
    where name = 'brain' and holder = $1 and epoch = $2
   returning 1 as held`,
  ANSWER_WITHIN_MS,
);
const GIVE_UP = statement(
  'lease-give-up',
  `update leases set expires_at = '-infinity' where name = 'brain' and holder = $1 and epoch = $2`,
  ANSWER_WITHIN_MS,
);

/**
 * Takes the lease when nobody else holds it; times are the database's own. Returns the new epoch, or undefined. Whoever
 * asks again has ended its own term: a lease it could not give up (the database was away) is not waited for.
 */
export async function takeBrainLease(sql: Sql, holder: string, ttlMs: number): Promise<number | undefined> {
  const [row] = await sql.run<{ epoch: string }>(TAKE, [holder, ttlMs]);
  return row ? Number(row.epoch) : undefined;
}

/** Keeps the lease for another `ttlMs`. False: it is somebody else's by now. */
export async function renewBrainLease(sql: Sql, holder: string, epoch: number, ttlMs: number): Promise<boolean> {
  const rows = await sql.run(RENEW, [holder, epoch, ttlMs]);
  return rows.length > 0;
}

/** Lets the next one take it at once. */
export async function giveUpBrainLease(sql: Sql, holder: string, epoch: number): Promise<void> {
  await sql.run(GIVE_UP, [holder, epoch]);
}
