import { type Sql, statement } from '../sql';
import { auditHorizon } from './audit-horizon';
import { auditColumns, type AuditRow } from './audit-row';

/** A place in the event feed: after the `ordinal`-th entry of transaction `txid`. */
export interface FeedPosition {
  readonly txid: number;
  readonly ordinal: number;
}
export interface FeedEntry {
  readonly position: FeedPosition;
  readonly row: AuditRow;
}
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Where the next page begins: everything up to here was seen. */
  readonly next: FeedPosition;
  /** Nothing complete lies beyond `next` now. */
  readonly atEnd: boolean;
}

const TAIL = statement(
  'feed-tail',
  `select ${auditColumns} from audit where txid >= $1::bigint and txid < $2::bigint
    order by audit.txid, subject_id, seq limit $3`,
);

/** The end of the feed: what commits from now on comes after it. */
export async function feedEnd(sql: Sql): Promise<FeedPosition> {
  return { txid: await auditHorizon(sql), ordinal: 0 };
}

/** Transactions one page looks at, at most. */
const WINDOW = 5000;

/**
 * The entries after a position, in the feed's order (txid, subject_id, seq). Only transactions below the
 * horizon are shown: they are complete, so an entry's number never changes and none is passed over.
 */
export async function readFeed(sql: Sql, after: FeedPosition, limit: number): Promise<FeedPage> {
  const end = await feedEnd(sql);
  if (after.txid >= end.txid) return { entries: [], next: after, atEnd: true };
  const to = Math.min(end.txid, after.txid + WINDOW);
  const rows = await sql.run<AuditRow>(TAIL, [String(after.txid), String(to), limit + after.ordinal]);
  const entries = number(rows).filter(({ position }) => position.txid > after.txid || position.ordinal > after.ordinal);
  const last = entries.at(-1)?.position;
  if (last && rows.length === limit + after.ordinal) return { entries, next: last, atEnd: false };
  return { entries, next: { txid: to, ordinal: 0 }, atEnd: to === end.txid };
}

function number(rows: readonly AuditRow[]): FeedEntry[] {
  let txid = -1;
  let ordinal = 0;
  return rows.map((row) => {
    const of = Number(row.txid);
    ordinal = of === txid ? ordinal + 1 : 1;
    txid = of;
    return { position: { txid, ordinal }, row };
  });
}
