import { sameJson } from './same-json';

test.each([
  ['{"a":1,"b":[{"c":1,"d":2}]}', '{"b":[{"d":2,"c":1}],"a":1}', true],
  ['[1,2]', '[2,1]', false],
  ['{"a":1}', '{"a":1,"b":null}', false],
  ['1', '1.0', true],
  ['"1"', '1', false],
])('%s and %s: %s', (one, other, same) => {
  expect(sameJson(one, other)).toBe(same);
});
