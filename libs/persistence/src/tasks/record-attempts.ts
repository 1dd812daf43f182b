import { keyed, type Sql, statement } from '../sql';
import { missingFrom, plainColumn, textColumn, timeColumn } from '../sql-columns';

/** How an attempt ended and where its task goes, decided by the engine. JSON is text. */
export interface AttemptRecord {
  readonly taskId: string;
  readonly token: string;
  readonly from: 'assigned' | 'running';
  readonly to: 'completed' | 'failed' | 'canceled' | 'queued' | 'waiting';
  readonly output: string | null;
  readonly error: string | null;
  readonly failures: number;
  readonly losses: number;
  readonly runAt: Date | null;
  readonly capability: string;
  readonly options: string | null;
  readonly actor: string;
  readonly reason: string | null;
  /** Phase times and, for failures, the error: JSON text. */
  readonly details: string | null;
  /** Of this attempt, added to what the task has cost before; null: it does not say. */
  readonly cost: number | null;
  /** JSON text; null: it does not say, and what an earlier attempt said stays. */
  readonly quality: string | null;
  /** Of one that had to wait at its agent: when its turn came. Stored as the time it was assigned; the audit has both. */
  readonly turnAt: Date | null;
}

const RECORD = keyed(
  'attempts-record',
  `with x as (
     select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::int[],
                          $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                          $16::float8[], $17::text[], $18::timestamptz[])
       as x (id, token, was, becomes, output, error, failures, losses, run_at, capability, options, actor, reason, details,
             cost, quality, turn_at)
   ), t as (
     update tasks t
        set state = x.becomes, seq = t.seq + 1, output = x.output, error = x.error, failures = x.failures,
            losses = x.losses, run_at = x.run_at, capability = x.capability, options = x.options,
            token = case when x.becomes in ('queued', 'waiting') then null else t.token end,
            phase = case when x.becomes = 'completed' then 'completed' when x.becomes in ('queued', 'waiting') then null else t.phase end,
            progress = case when x.becomes = 'completed' then 100 when x.becomes in ('queued', 'waiting') then null else t.progress end,
            assigned_at = coalesce(x.turn_at, t.assigned_at),
            started_at = case when x.becomes in ('queued', 'waiting') then null
                              else coalesce(t.started_at, x.turn_at, t.assigned_at) end,
            finished_at = case when x.becomes in ('queued', 'waiting') then null else clock_timestamp() end,
            cost = case when x.cost is null then t.cost else coalesce(t.cost, 0) + x.cost end,
            quality = coalesce(x.quality, t.quality)
       from x
      where t.id = x.id and t.token = x.token and t.state = x.was and (select fence($1))
     returning t.id, t.seq, t.attempt, t.agent_id, x.was, x.becomes, x.actor, x.reason, x.details
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, agent_id, actor, reason, details)
     select 'task', id, seq, was, becomes, attempt, agent_id, actor, reason, details from t
   )
   select ${missingFrom('t', '$2')} as stale`,
);

/**
 * Records ends of attempts with their audit entries in one statement. A record whose token or state no longer
 * matches changes nothing: the ids that come back are those that are stale (I2, I3).
 */
export async function recordAttempts(sql: Sql, epoch: number, records: readonly AttemptRecord[]): Promise<Set<string>> {
  const column = <Key extends keyof AttemptRecord>(key: Key): AttemptRecord[Key][] =>
    records.map((record) => record[key]);
  const [answer] = await sql.run<{ stale: string[] }>(RECORD, [
    epoch,
    plainColumn(column('taskId')),
    plainColumn(column('token')),
    textColumn(column('from')),
    textColumn(column('to')),
    textColumn(column('output')),
    textColumn(column('error')),
    plainColumn(column('failures')),
    plainColumn(column('losses')),
    timeColumn(column('runAt')),
    textColumn(column('capability')),
    textColumn(column('options')),
    textColumn(column('actor')),
    textColumn(column('reason')),
    textColumn(column('details')),
    plainColumn(column('cost')),
    textColumn(column('quality')),
    timeColumn(column('turnAt')),
  ]);
  return new Set(answer?.stale);
}

const STALE = statement(
  'attempts-stale',
  `insert into audit (subject, subject_id, seq, to_state, attempt, agent_id, actor, reason)
   select 'result', id, 0, 'stale', attempt, agent, 'agent:' || agent, reason
     from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[]) as x (id, attempt, agent, reason)`,
);

export interface StaleResult {
  readonly taskId: string;
  readonly attempt: number;
  readonly agentId: string;
  readonly reason: string;
}

/** Keeps a trace of results that were refused (I3). */
export async function auditStaleResults(sql: Sql, stale: readonly StaleResult[]): Promise<void> {
  await sql.run(STALE, [
    stale.map((result) => result.taskId),
    stale.map((result) => result.attempt),
    stale.map((result) => result.agentId),
    stale.map((result) => result.reason),
  ]);
}
