/**
 * Columns of many rows as PostgreSQL array literals for `unnest`. The driver would do the same value by value, with a
 * look at each one's type; on the hot path that was the dearest line of all. A column of nothing but nulls is null:
 * `unnest` pads it.
 */

/** Ids and numbers: nothing in them needs quotes. */
export function plainColumn(values: readonly (string | number | null)[]): string | null {
  return values.some(isGiven) ? `{${values.map((value) => value ?? 'NULL').join(',')}}` : null;
}

export function textColumn(values: readonly (string | null)[]): string | null {
  return values.some(isGiven) ? `{${values.map(quoted).join(',')}}` : null;
}

export function timeColumn(values: readonly (Date | null)[]): string | null {
  return plainColumn(values.map((value) => (value === null ? null : `"${value.toISOString()}"`)));
}

function isGiven(value: unknown): boolean {
  return value !== null;
}

const SPECIAL = /["\\]/g;

function quoted(value: string | null): string {
  if (value === null) return 'NULL';
  const needsEscape = value.includes('"') || value.includes('\\');
  return `"${needsEscape ? value.replace(SPECIAL, '\\$&') : value}"`;
}

/**
 * SQL: the ids of the array parameter that are not in the CTE, which holds no others. Mostly none: one short row
 * instead of one per id.
 */
export function missingFrom(cte: string, parameter: string): string {
  return `case when (select count(*) from ${cte}) = cardinality(${parameter}::uuid[]) then '{}'::uuid[]
            else array(select unnest(${parameter}::uuid[]) except select id from ${cte}) end`;
}
