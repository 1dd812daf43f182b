import { Recent } from './recent';

test('keeps the last ones, each to be taken once', () => {
  const recent = new Recent<string, number>(2);
  ['a', 'b', 'c'].forEach((key, at) => recent.put(key, at));
  expect([recent.take('a'), recent.take('c'), recent.take('c'), recent.take('b')]).toEqual([
    undefined,
    2,
    undefined,
    1,
  ]);
});

test('what is only looked at stays', () => {
  const recent = new Recent<string, number>(2);
  recent.put('a', 1);
  expect([recent.get('a'), recent.get('a'), recent.get('b')]).toEqual([1, 1, undefined]);
});
