import { type HistoryEntry } from '@baton/contracts';
import { type Sql, statement } from '../sql';
import { auditColumns, type AuditRow, toHistoryEntry } from './audit-row';

const HISTORY = statement(
  'audit-history',
  `select ${auditColumns} from audit where subject_id = $1 and subject = $2 order by seq limit $3`,
);

/** Every transition of one task, workflow or agent, oldest first; at most `limit`. */
export async function readHistory(sql: Sql, subject: string, id: string, limit = 10_000): Promise<HistoryEntry[]> {
  const rows = await sql.run<AuditRow>(HISTORY, [id, subject, limit]);
  return rows.map(toHistoryEntry);
}
