import { keyed, type Sql } from '../sql';
import { plainColumn, textColumn } from '../sql-columns';
import { heldColumns, type HeldAttempt } from './attempt-row';

export interface Claim {
  readonly taskId: string;
  readonly agentId: string;
  readonly token: string;
  /** Why this agent, as JSON text; null when there was no choice. */
  readonly why: string | null;
}
export interface ClaimedAttempt extends HeldAttempt {
  readonly input: string;
}

const CLAIM = keyed(
  'tasks-claim',
  `with t as (
     update tasks t
        set state = 'assigned', attempt = t.attempt + 1, seq = t.seq + 1, token = x.token, agent_id = x.agent,
            phase = 'assigned', progress = null, run_at = null, started_at = null, assigned_at = clock_timestamp(),
            attempt_deadline = clock_timestamp() + t.timeout_ms * interval '1 millisecond'
       from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as x (id, agent, token, why)
      where t.id = x.id and t.state || '' = 'queued' and (select fence($1))
     returning t.*, x.why
   ), logged as (
     insert into audit (subject, subject_id, seq, from_state, to_state, attempt, agent_id, actor, details)
     select 'task', id, seq, 'queued', 'assigned', attempt, agent_id, 'orchestrator', why from t
   )
   select ${heldColumns}, t.input from t`,
);

/**
 * Gives queued tasks to agents in one statement. Only the rows that come back were claimed: dispatch nothing else.
 * Throws LeaseLostError when the epoch is over (I3).
 */
export function claimTasks(sql: Sql, epoch: number, claims: readonly Claim[]): Promise<ClaimedAttempt[]> {
  return sql.run<ClaimedAttempt>(CLAIM, [
    epoch,
    plainColumn(claims.map((claim) => claim.taskId)),
    plainColumn(claims.map((claim) => claim.agentId)),
    plainColumn(claims.map((claim) => claim.token)),
    textColumn(claims.map((claim) => claim.why)),
  ]);
}
