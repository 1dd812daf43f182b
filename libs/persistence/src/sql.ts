import { type QueryResultRow } from 'pg';

/** A statement with a name is prepared once per connection. Parameters are scalars or arrays for `unnest`. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Given up after this many milliseconds, if not the database's default. */
  readonly withinMs?: number;
  /** It finds its rows by keys: see `keyed`. */
  readonly keyed?: true;
}

/** Runs statements, inside a transaction or each on its own. */
export interface Sql {
  run<Row extends QueryResultRow>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

export function statement(name: string, text: string, withinMs?: number): Statement {
  return { name, text, ...(withinMs === undefined ? {} : { withinMs }) };
}

/**
 * A statement that finds its rows by the keys in its parameters. On its own it is planned as lookups whatever the
 * statistics say: a plan made while a table was nearly empty would read all of it, again and again, as it grows.
 * Conditions on the state stand as `state || ''`: no partial index fits them, so the key is what is left to go by.
 */
export function keyed(name: string, text: string): Statement {
  return { name, text, keyed: true };
}
