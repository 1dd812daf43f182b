import { type QueryResultRow } from 'pg';

/** A statement with a name is prepared once per connection. Parameters are scalars or arrays for `unnest`. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Given up after this many milliseconds, if not the database's default. */
  readonly withinMs?: number;
}

/** Runs statements, inside a transaction or each on its own. */
export interface Sql {
  run<Row extends QueryResultRow>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

export function statement(name: string, text: string, withinMs?: number): Statement {
  return { name, text, ...(withinMs === undefined ? {} : { withinMs }) };
}
