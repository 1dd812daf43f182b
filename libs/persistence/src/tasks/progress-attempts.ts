import { keyed, type Sql } from '../sql';
import { plainColumn, textColumn } from '../sql-columns';

export interface AttemptProgress {
  readonly taskId: string;
  readonly token: string;
  readonly phase: string;
  readonly percent: number | null;
}

const START = keyed(
  'attempts-start',
  `with t as (
     update tasks t
        set state = 'running', seq = t.seq + 1, started_at = clock_timestamp(), phase = x.phase, progress = x.percent
       from unnest($2::uuid[], $3::uuid[], $4::text[], $5::real[]) as x (id, token, phase, percent)
      where t.id = x.id and t.token = x.token and t.state || '' = 'assigned' and (select fence($1))
     returning t.id, t.seq, t.attempt, t.agent_id, t.phase
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, agent_id, actor, reason)
     select 'task', id, seq, 'assigned', 'running', attempt, agent_id, 'agent:' || agent_id, phase from t
   )
   select id from t`,
);
const MOVE = keyed(
  'attempts-move',
  `update tasks t set phase = x.phase, progress = coalesce(x.percent, t.progress)
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::real[]) as x (id, token, phase, percent)
    where t.id = x.id and t.token = x.token and t.state || '' = 'running' and (select fence($1))`,
);

/** Assigned → running, audited. Returns the ids that moved; attempts that are not current change nothing (I3). */
export async function startAttempts(sql: Sql, epoch: number, moved: readonly AttemptProgress[]): Promise<Set<string>> {
  const rows = await sql.run<{ id: string }>(START, values(epoch, moved));
  return new Set(rows.map((row) => row.id));
}

/** Phase and percentage of running attempts: shown live, audited only with the attempt's end. */
export async function moveAttempts(sql: Sql, epoch: number, moved: readonly AttemptProgress[]): Promise<void> {
  await sql.run(MOVE, values(epoch, moved));
}

function values(epoch: number, moved: readonly AttemptProgress[]): unknown[] {
  return [
    epoch,
    plainColumn(moved.map((progress) => progress.taskId)),
    plainColumn(moved.map((progress) => progress.token)),
    textColumn(moved.map((progress) => progress.phase)),
    plainColumn(moved.map((progress) => progress.percent)),
  ];
}
