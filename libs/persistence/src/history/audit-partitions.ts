import { type Sql, statement } from '../sql';

const MONTHS_AHEAD = 2;
const ENSURE = statement('audit-partitions', 'select ensure_audit_partitions($1)');

/** Makes the audit's partitions of this month and the next two, where they are missing. */
export async function ensureAuditPartitions(sql: Sql): Promise<void> {
  await sql.run(ENSURE, [MONTHS_AHEAD]);
}
