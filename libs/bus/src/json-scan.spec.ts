import fc from 'fast-check';
import { findJsonFlaw } from './json-scan';

const scan = (text: string, depth = 3): string | undefined => findJsonFlaw(Buffer.from(text), depth);

test.each([
  ['plain data is fine', '{"a":[1,{"b":"c"}]}', undefined],
  ['an escaped NUL is found', '{"a":"x\\u0000y"}', 'nul'],
  ['an escaped NUL in a key is found', '{"\\u0000":1}', 'nul'],
  ['an escaped backslash before u0000 is no NUL', '{"a":"\\\\u0000"}', undefined],
  ['other control characters are fine', '{"a":"\\u0001"}', undefined],
  ['as deep as allowed', '[[[1]]]', undefined],
  ['one deeper', '[[[[1]]]]', 'depth'],
  ['objects count as well', '{"a":{"a":{"a":{}}}}', 'depth'],
  ['brackets in strings do not count', '["[[[[[[", "{{{{\\"{{{{"]', undefined],
  ['siblings do not add up', '[[1],[2],[3],[4],[5]]', undefined],
  ['an unfinished string ends the scan', '["abc', undefined],
])('%s', (_rule, text, flaw) => {
  expect(scan(text)).toBe(flaw);
});

test('finds NUL exactly where the parsed value has one', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.string(), (value, text) => {
      const json = JSON.stringify([value, text, `${text}\\`]);
      expect(findJsonFlaw(Buffer.from(json), 50) === 'nul').toBe(hasNul(JSON.parse(json)));
    }),
  );
});

function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (Array.isArray(value)) return value.some(hasNul);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => hasNul(key) || hasNul(inner));
}
