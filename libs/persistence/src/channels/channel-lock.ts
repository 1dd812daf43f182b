import { type QueryResultRow } from 'pg';
import { type Database } from '../database';
import { statement, type Statement } from '../sql';

/** Any number. */
const CHANNEL_LOCK = 4_021_966;
const LOCK = statement('channels-lock', 'select pg_advisory_xact_lock($1)');

/**
 * Runs the statement as the only one that changes channels, memberships or mailboxes: such changes are rare, and one
 * after the other each sees all of those before it. One round trip and the commit.
 */
export function runLocked<Row extends QueryResultRow>(
  database: Database,
  change: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  return database.transaction(async (sql) => {
    const [, rows] = await Promise.all([sql.run(LOCK, [CHANNEL_LOCK]), sql.run<Row>(change, values)]);
    return rows;
  });
}
