import { type AgentId, type HistoryEntry, type JsonObject } from '@baton/contracts';

/** One audit entry as it is read. `details` is JSON text; `txid` orders entries across subjects. */
export interface AuditRow {
  readonly subject: string;
  readonly subjectId: string;
  readonly seq: number;
  readonly from: string | null;
  readonly to: string;
  readonly attempt: number;
  readonly agentId: AgentId | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly details: string | null;
  readonly at: Date;
  readonly txid: string;
}

export const auditColumns = `subject, subject_id as "subjectId", seq, from_state as "from", to_state as "to", attempt,
  agent_id as "agentId", actor, reason, details, at, txid::text as txid`;

export function toHistoryEntry(row: AuditRow): HistoryEntry {
  return {
    at: row.at.toISOString(),
    from: row.from,
    to: row.to,
    attempt: row.attempt,
    agentId: row.agentId,
    actor: row.actor,
    reason: row.reason,
    details: row.details === null ? null : (JSON.parse(row.details) as JsonObject),
  };
}
