import { type JsonObject } from '@baton/contracts';
import { type AuditRow } from '@baton/persistence';

/** An audit entry as the API shows it. */
export interface AuditEntry extends Omit<AuditRow, 'txid' | 'details' | 'at'> {
  readonly details: JsonObject | null;
  readonly at: string;
}

export function toAuditEntry({ txid: _order, details, at, ...row }: AuditRow): AuditEntry {
  return { ...row, details: details === null ? null : (JSON.parse(details) as JsonObject), at: at.toISOString() };
}

const columns = [
  'at',
  'subject',
  'subjectId',
  'seq',
  'from',
  'to',
  'attempt',
  'agentId',
  'actor',
  'reason',
  'details',
] as const;

export const csvHeader = `${columns.join(',')}\r\n`;

/** One line of CSV (RFC 4180). */
export function toCsvLine(row: AuditRow): string {
  const values = { ...row, at: row.at.toISOString() };
  return `${columns.map((column) => csvCell(values[column])).join(',')}\r\n`;
}

/** Text a spreadsheet would take for a formula gets an apostrophe in front: reasons come from strangers. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toNdjsonLine(row: AuditRow): string {
  return `${JSON.stringify(toAuditEntry(row))}\n`;
}
