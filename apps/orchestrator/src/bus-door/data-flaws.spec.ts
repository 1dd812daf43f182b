import { refuseFlaws } from './data-flaws';

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

test.each([
  ['64 levels', nested(64)],
  ['text that looks like it', { a: '__proto__', b: ['constructor'] }],
  ['a field named constructor', { constructor: { name: 'x' }, prototype: 1 }],
  ['nothing', null],
])('%s pass', (_what, data) => expect(() => refuseFlaws(data)).not.toThrow());

test.each([
  ['65 levels', nested(65), 'nests deeper'],
  ['a prototype', JSON.parse('{"a":[{"__proto__":1}]}'), '__proto__'],
  ['another way to it', { a: { constructor: { prototype: {} } } }, 'constructor.prototype'],
])('%s are refused', (_what, data, told) => expect(() => refuseFlaws(data)).toThrow(told));
