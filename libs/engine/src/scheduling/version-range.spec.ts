import { isInRange, newestInRange, parseRange } from './version-range';

test.each([
  ['1.2.3', '^1.2', true],
  ['2.0.0', '^1.2', false],
  ['1.9.0', '1.x', true],
  ['3.1.0', '>=2 <4', true],
  ['1.0', '1', true],
  ['v1.4.0', '~1.4', true],
  ['1.3.0-beta.1', '^1.2', false],
  ['latest', '*', false],
  ['1.0.0', 'no range', false],
])('%s in %s: %s', (version, range, expected) => {
  expect(isInRange(version, range)).toBe(expected);
  expect(isInRange(version, range)).toBe(expected);
});

test('the newest in the range, by version and not by text', () => {
  expect(newestInRange(['1.9.0', '1.10.0', '2.0.0', 'nonsense'], '^1')).toBe('1.10.0');
  expect(newestInRange(['1.10.0', '1.9.0', '1.2'], '^1')).toBe('1.10.0');
  expect(newestInRange(['1.9.0'], '^2')).toBeUndefined();
});

test('what is no range is told apart', () => {
  expect(parseRange('^1.2')).toBeDefined();
  expect(parseRange('one or two')).toBeUndefined();
});

test('however many pairs come, each is answered rightly', () => {
  for (let minor = 0; minor < 10_050; minor += 1) expect(isInRange(`1.${minor}.0`, '^1')).toBe(true);
  expect(isInRange('1.1.0', '^2')).toBe(false);
});
