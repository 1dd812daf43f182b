import { type Sql, statement } from '../sql';

/** A letter that was sent again. */
export interface DeadLetterReplay {
  readonly id: string;
  /** Where to, in words. */
  readonly to: string;
}

/** I2: the row and its audit entry in one statement. A letter that was purged meanwhile is audited all the same. */
const MARK = statement(
  'dead-letters-replayed',
  `with given as (select * from unnest($1::uuid[], $2::text[]) as replay (id, target)),
   marked as (
     update dead_letters d
        set replays = d.replays + 1, replayed_at = clock_timestamp(), replayed_to = g.target, replayed_by = $3
       from given g where d.id = g.id
     returning d.id, d.replays)
   insert into audit (subject, subject_id, seq, from_state, to_state, actor, reason)
   select 'dead-letter', g.id, coalesce(m.replays, 0), 'dead', 'replayed', $3, g.target
     from given g left join marked m on m.id = g.id`,
);

/** Records replays that the broker has taken, by whom and where to. */
export async function markReplayed(sql: Sql, replays: readonly DeadLetterReplay[], actor: string): Promise<void> {
  await sql.run(MARK, [replays.map(({ id }) => id), replays.map(({ to }) => to), actor]);
}
