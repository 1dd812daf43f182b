import { ValidationError } from '@baton/contracts';
import { z } from 'zod';
import { byId, byName, orderedBy, pageJson, readPage } from './page';
import { writeCursor } from './query';

const names = ['ada', 'bob', 'cyd', 'dan', 'eve'];

/** As a query does: what comes after, so many at the most. */
function read({ limit, after = '' }: { limit: number; after: string | undefined }): Promise<string[]> {
  return Promise.resolve(names.filter((name) => name > after).slice(0, limit));
}
const byItself = byName((name: string) => name);

test.each([1, 2, 3, 4, 5, 6])(
  'pages of %i together are the list; only the last says that there are no more',
  async (limit) => {
    const pages: string[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await readPage({ limit, cursor }, byItself, read);
      pages.push(page.items);
      cursor = page.nextCursor;
    }
    expect(pages.flat()).toEqual(names);
    expect(pages).toHaveLength(Math.ceil(names.length / limit));
  },
);

test('nothing to list is one empty page', async () => {
  expect(await readPage({ limit: 5 }, byItself, () => Promise.resolve([]))).toEqual({ items: [], nextCursor: null });
});

test('a cursor keeps the value the list is ordered by', () => {
  const byVersion = orderedBy(z.number().int(), ({ version }: { version: number }) => version);
  expect(byVersion.placeOf(byVersion.cursorOf({ version: 7 }))).toBe(7);
  const id = '0193a1b2-0000-7000-8000-000000000000';
  expect(byId.placeOf(byId.cursorOf({ id }))).toBe(id);
  expect(byId.placeOf(undefined)).toBeUndefined();
});

test('a cursor of a list in another order is refused before anything is read', async () => {
  const never = jest.fn();
  await expect(readPage({ limit: 1, cursor: writeCursor(['no id']) }, byId, never)).rejects.toThrow(ValidationError);
  expect(never).not.toHaveBeenCalled();
});

test('a page of JSON texts is JSON', () => {
  expect(JSON.parse(pageJson({ items: ['{"a":1}', '2'], nextCursor: 'x' }))).toEqual({
    items: [{ a: 1 }, 2],
    nextCursor: 'x',
  });
  expect(pageJson({ items: [], nextCursor: null })).toBe('{"items":[],"nextCursor":null}');
});
