import { type Sql, statement } from '../sql';
import { auditHorizon } from './audit-horizon';
import { auditColumns, type AuditRow } from './audit-row';

/**
 * Reads the audit in its one total order (txid, subject_id, seq), a page at a time.
 * P1 Only entries below the horizon are shown: nothing below it can still appear. (One subject's own come in order.)
 * P2 A page looks at a window of transactions, so the brin index serves it and memory stays bounded; windows grow
 *    while they find little.
 */
export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly actor?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export interface AuditPosition {
  readonly txid: string;
  readonly subjectId: string;
  readonly seq: number;
}
export interface AuditRange {
  readonly order: 'oldest' | 'newest';
  readonly limit: number;
  readonly after?: AuditPosition | undefined;
}

const FIRST_WINDOW = 4096n;
const WINDOW_GROWTH = 8n;

/** A full page, or what was left. An empty page means the end. */
export async function readAuditPage(sql: Sql, filter: AuditFilter, range: AuditRange): Promise<AuditRow[]> {
  if (filter.subjectId !== undefined) return readWindow(sql, filter, range, undefined);
  const end = BigInt(await auditHorizon(sql));
  const found: AuditRow[] = [];
  let size = FIRST_WINDOW;
  let window = startOf(range, end, size);
  while (window && found.length < range.limit) {
    const limit = range.limit - found.length;
    found.push(...(await readWindow(sql, filter, { ...range, limit }, window)));
    size *= WINDOW_GROWTH;
    window = nextOf(range.order, window, { end, size });
  }
  return found;
}

/** From inclusive, to exclusive. */
interface Window {
  readonly from: bigint;
  readonly to: bigint;
}

function startOf(range: AuditRange, end: bigint, size: bigint): Window | undefined {
  const at = range.after ? BigInt(range.after.txid) : undefined;
  if (range.order === 'oldest') {
    const from = at ?? 0n;
    return from < end ? { from, to: smaller(from + size, end) } : undefined;
  }
  const to = at === undefined ? end : smaller(at + 1n, end);
  return to > 0n ? { from: larger(to - size, 0n), to } : undefined;
}

function nextOf(order: 'oldest' | 'newest', last: Window, limits: { end: bigint; size: bigint }) {
  if (order === 'oldest') {
    return last.to < limits.end ? { from: last.to, to: smaller(last.to + limits.size, limits.end) } : undefined;
  }
  return last.from > 0n ? { from: larger(last.from - limits.size, 0n), to: last.from } : undefined;
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

const conditionOf: Readonly<Record<keyof AuditFilter, string>> = {
  subject: 'subject =',
  subjectId: 'subject_id =',
  actor: 'actor =',
  from: 'at >=',
  to: 'at <',
};

function readWindow(sql: Sql, filter: AuditFilter, range: AuditRange, window: Window | undefined): Promise<AuditRow[]> {
  const values: unknown[] = [range.limit];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const given = (Object.keys(conditionOf) as (keyof AuditFilter)[]).filter((key) => filter[key] !== undefined);
  const conditions = given.map((key) => `${conditionOf[key]} ${parameter(filter[key])}`);
  if (window) {
    conditions.push(`txid >= ${parameter(String(window.from))}::bigint`);
    conditions.push(`txid < ${parameter(String(window.to))}::bigint`);
  }
  const sign = range.order === 'oldest' ? '>' : '<';
  if (range.after) {
    const { txid, subjectId, seq } = range.after;
    const position = `${parameter(txid)}::bigint, ${parameter(subjectId)}::uuid, ${parameter(seq)}::int`;
    conditions.push(`(txid, subject_id, seq) ${sign} (${position})`);
  }
  const direction = range.order === 'oldest' ? 'asc' : 'desc';
  const order = ['audit.txid', 'subject_id', 'seq'].map((column) => `${column} ${direction}`).join(', ');
  const name = ['audit', range.order, ...given, window ? 'window' : 'all', range.after ? 'next' : 'first'].join('-');
  const text = `select ${auditColumns} from audit where ${conditions.join(' and ')} order by ${order} limit $1`;
  return sql.run<AuditRow>(statement(name, text), values);
}
