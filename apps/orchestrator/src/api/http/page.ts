import { z } from 'zod';
import { readCursor, writeCursor } from './query';

/** A part of a list; `nextCursor` asks for the next one, null: there is none. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** The order of a list: what a cursor says of the last row of a page, and what is read of it. */
export interface ListOrder<Row, Place> {
  cursorOf(row: Row): string;
  /** Undefined: from the beginning. Throws ValidationError for a cursor that is none of ours. */
  placeOf(cursor: string | undefined): Place | undefined;
}

/** By one value that no two rows share. */
export function orderedBy<Row, Place extends string | number>(
  shape: z.ZodType<Place>,
  valueOf: (row: Row) => Place,
): ListOrder<Row, Place> {
  const position = z.tuple([shape]);
  return {
    cursorOf: (row) => writeCursor([valueOf(row)]),
    placeOf: (cursor) => readCursor(cursor, position)?.[0],
  };
}

export const byId = orderedBy(z.uuid(), ({ id }: { readonly id: string }) => id);

export function byName<Row>(nameOf: (row: Row) => string): ListOrder<Row, string> {
  return orderedBy(z.string(), nameOf);
}

/** Reads one row more than asked for, so that the end shows. Throws ValidationError for a cursor that is none of ours. */
export async function readPage<Row, Place>(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  order: ListOrder<NoInfer<Row>, Place>,
  read: (page: { readonly limit: number; readonly after: Place | undefined }) => Promise<readonly Row[]>,
): Promise<Page<Row>> {
  const rows = await read({ limit: limit + 1, after: order.placeOf(cursor) });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? order.cursorOf(last) : null };
}

/** A page of what is JSON text already. */
export function pageJson({ items, nextCursor }: Page<string>): string {
  return `{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`;
}
