import { checkAddress, checkKey, checkPattern, checkRecipients } from './destination';

test.each(['a', 'agent-7', '0193', 'team.prices', 'A_b', 'x'.repeat(100)])('%s is an address', (address) => {
  expect(() => checkAddress(address)).not.toThrow();
});

test.each(['', '.a', '-a', 'a b', 'a*', '#', 'ä', 'x'.repeat(101), 'a\n'])('%j is no address', (address) => {
  expect(() => checkAddress(address)).toThrow(/is no address/);
});

test.each(['orders', 'orders.created', 'a.b-c.d_e', 'preis.ä'])('%s is a key', (key) => {
  expect(() => checkKey(key)).not.toThrow();
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a.*', '#', 'a b', 'ä'.repeat(128)])('%j is no key', (key) => {
  expect(() => checkKey(key)).toThrow(/is no key of an event/);
});

test.each(['#', '*', 'a.*.b', 'orders.#', '#.done', 'a'])('%s is a pattern', (pattern) => {
  expect(() => checkPattern(pattern)).not.toThrow();
});

test.each(['', 'a*', 'a.#b', 'a..b', '* ', 'x'.repeat(256)])('%j is no pattern', (pattern) => {
  expect(() => checkPattern(pattern)).toThrow(/is no pattern of keys/);
});

test('a multicast has 1 to 1000 different recipients', () => {
  const many = Array.from({ length: 1001 }, (_, n) => `a${n}`);
  expect(() => checkRecipients(many.slice(0, 1000))).not.toThrow();
  expect(() => checkRecipients(many)).toThrow(/1 to 1000 recipients, this one 1001/);
  expect(() => checkRecipients([])).toThrow(/this one 0/);
  expect(() => checkRecipients(['a', 'b', 'a'])).toThrow(/names a twice/);
  expect(() => checkRecipients(['a', 'b c'])).toThrow(/"b c" is no address/);
});

test('what is wrong is quoted in part only', () => {
  expect(() => checkAddress('y'.repeat(10_000))).toThrow(/^.{1,300}$/);
});
