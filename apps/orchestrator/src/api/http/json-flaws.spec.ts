import { findNul, isDeeperThan } from './json-flaws';

test.each([
  ['in a value', { a: { b: ['x', 'y\0'] } }, 'a.b[1]'],
  ['in a name', { a: { 'b\0': 1 } }, 'a.b\\u0000'],
  ['at the top', '\0', ''],
  ['nowhere', { a: ['\\u0000', null, 1, true] }, undefined],
])('a NUL %s is found by its path', (_where, value, path) => {
  expect(findNul(value)).toBe(path);
});

test('depth counts lists and objects', () => {
  expect(isDeeperThan({ a: [{}] }, 3)).toBe(false);
  expect(isDeeperThan({ a: [{}] }, 2)).toBe(true);
  expect(isDeeperThan(1, 0)).toBe(false);
});
