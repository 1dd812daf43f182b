import { type KeyUse } from '../stage/truth';
import { keyOverlaps } from './key-overlap';

const use = (from: number, until: number | null, key = 'k', limit = 1): KeyUse => ({
  task: `${key}-${from}`,
  key,
  limit,
  from: new Date(from),
  until: until === null ? null : new Date(until),
});

test.each<[string, KeyUse[], object[]]>([
  ['nothing at all', [], []],
  ['one after the other, without a pause', [use(0, 10), use(10, 20)], []],
  ['two at once under a limit of one', [use(0, 10), use(9, 20)], [{ key: 'k', limit: 1, most: 2, at: new Date(9) }]],
  ['two at once under a limit of two', [use(0, 10, 'k', 2), use(9, 20, 'k', 2)], []],
  ['one that never ended', [use(0, null), use(50, 60)], [{ key: 'k', limit: 1, most: 2, at: new Date(50) }]],
  ['different keys', [use(0, 10, 'a'), use(5, 10, 'b')], []],
])('%s', (_what, uses, expected) => expect(keyOverlaps(uses)).toEqual(expected));
