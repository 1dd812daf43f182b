import { type JsonValue } from '@baton/contracts';
import { inputFlaw } from './input-flaw';

const flawOf = (value: JsonValue): string | undefined => inputFlaw(value, JSON.stringify(value));
const nested = (levels: number): JsonValue => {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
};

test.each<[string, JsonValue]>([
  ['in a text', { a: ['x\0'] }],
  ['after a backslash', '\\\0'],
  ['in a name', { 'a\0': 1 }],
])('a NUL %s', (_where, value) => {
  expect(flawOf(value)).toMatch(/NUL/);
});

test('text that only looks like one is none', () => {
  expect(flawOf(['\\u0000', '\\\\u0000', 'u0000'])).toBeUndefined();
});

test('depth', () => {
  expect(flawOf(nested(90))).toBeUndefined();
  expect(flawOf(nested(91))).toMatch(/deeper than 90/);
});
