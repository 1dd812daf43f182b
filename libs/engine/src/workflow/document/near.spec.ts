import { nearest } from './near';

const known = ['forEach', 'fallback', 'when', 'input', 'id'];

test.each<[string, string | undefined]>([
  ['foreach', 'forEach'],
  ['forEech', 'forEach'],
  ['fallbacks', 'fallback'],
  ['falback', 'fallback'],
  ['wehn', 'when'],
  ['inptu', 'input'],
  ['ID', 'id'],
  ['ix', undefined],
  ['wait', undefined],
  ['', undefined],
])('%j is like %j', (word, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

test('of several the nearest is taken, of equal ones the first', () => {
  expect(nearest('stepss', ['stops1', 'steps', 'stepsx'])).toBe('steps');
  expect(nearest('abcdef', ['abcdxy', 'abcdex'])).toBe('abcdex');
});
