import { type JsonObject, type JsonValue } from '@baton/contracts';
import { formatValue, readableKey } from './format-value';
import { type Column, type Table } from './report';

const tableLimits = { rows: 500, columns: 16, cell: 500 } as const;

/** A column as the author names it: the key it reads from rows that are objects, and its title. */
export type GivenColumn = string | { readonly key?: string; readonly title: string; readonly align?: 'left' | 'right' };
export type GivenRow = JsonValue[] | JsonObject;

/** A table of rows that are lists or objects. Without columns those of the first objects' keys; numbers stand right. */
export function tableOf(rows: readonly GivenRow[], given?: readonly GivenColumn[]): Table {
  const named = (given ?? keysOf(rows)).slice(0, tableLimits.columns);
  const shown = rows.slice(0, tableLimits.rows);
  const cells = shown.map((row) => named.map((column, place) => cellOf(row, column, place)));
  const columns = named.map((column, place): Column => {
    const align = typeof column === 'object' ? column.align : undefined;
    return { title: titleOf(column), align: align ?? alignmentOf(cells.map((row) => row[place])) };
  });
  const texts = cells.map((row) => row.map((value) => formatValue(value).slice(0, tableLimits.cell)));
  return { columns, rows: texts, omitted: rows.length - shown.length };
}

function keysOf(rows: readonly GivenRow[]): string[] {
  const keys = new Set<string>();
  for (const row of rows) {
    if (Array.isArray(row)) row.forEach((_value, place) => keys.add(String(place + 1)));
    else Object.keys(row).forEach((key) => keys.add(key));
    if (keys.size >= tableLimits.columns) break;
  }
  return Array.from(keys);
}

function cellOf(row: GivenRow, column: GivenColumn, place: number): JsonValue | undefined {
  if (Array.isArray(row)) return row[place];
  const key = typeof column === 'string' ? column : (column.key ?? column.title);
  return Object.hasOwn(row, key) ? row[key] : undefined;
}

function titleOf(column: GivenColumn): string {
  return typeof column === 'string' ? readableKey(column) : column.title;
}

function alignmentOf(values: readonly (JsonValue | undefined)[]): 'left' | 'right' {
  const present = values.filter((value) => value !== null && value !== undefined);
  return present.length > 0 && present.every((value) => typeof value === 'number') ? 'right' : 'left';
}
