import { ValidationError } from '@baton/contracts';
import { z } from 'zod';
import { pageQuery, parseQuery, readCursor, writeCursor } from './query';

const schema = z.strictObject({ ...pageQuery, state: z.enum(['queued']).optional() });
const position = z.tuple([z.string(), z.number()]);

test('what is left out has its default, numbers are numbers', () => {
  expect(parseQuery(schema, {})).toEqual({ limit: 50 });
  expect(parseQuery(schema, { limit: '7', state: 'queued' })).toEqual({ limit: 7, state: 'queued' });
});

test('every fault is named, unknown parameters too', () => {
  const parse = () => parseQuery(schema, { limit: '0', state: 'odd', colour: 'red' });
  expect(parse).toThrow(ValidationError);
  expect(parse).toThrow(/limit .*state .*colour is not a known parameter/);
});

test('a cursor comes back as it was written; anything else is refused', () => {
  expect(readCursor(writeCursor(['a', 1]), position)).toEqual(['a', 1]);
  expect(readCursor(undefined, position)).toBeUndefined();
  for (const odd of ['', '!!', writeCursor([1, 'a']), 'e30']) expect(() => readCursor(odd, position)).toThrow(/cursor/);
});
