import { type NamePage } from '@baton/persistence';
import { z } from 'zod';
import { readCursor, writeCursor } from './query';

const position = z.tuple([z.string()]);

/** Reads one more than asked for, so that the end shows. Throws ValidationError for a cursor that is none of ours. */
export async function namePage<Item>(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: NamePage) => Promise<readonly Item[]>,
  nameOf: (item: Item) => string,
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const rows = await read({ limit: limit + 1, after: readCursor(cursor, position)?.[0] });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor([nameOf(last)]) : null };
}
