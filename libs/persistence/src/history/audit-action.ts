import { type Sql, statement } from '../sql';

const ADD = statement(
  'audit-action',
  `insert into audit (subject, subject_id, seq, to_state, actor, reason)
   select 'mesh', $1::uuid, 1 + coalesce((select max(seq) from audit where subject_id = $1::uuid), 0), $2, $3, $4`,
);
const MESH = '00000000-0000-0000-0000-000000000000';

/** Records what somebody did to the mesh as a whole: who, what, why. */
export async function auditMeshAction(sql: Sql, action: string, actor: string, reason: string | null): Promise<void> {
  await sql.run(ADD, [MESH, action, actor, reason]);
}
