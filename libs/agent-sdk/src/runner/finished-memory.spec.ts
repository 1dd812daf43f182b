import { type AttemptToken } from '@baton/contracts';
import { FinishedMemory } from './finished-memory';

const token = (name: string): AttemptToken => name as AttemptToken;

test('the oldest results go first, by number and by size', () => {
  const memory = new FinishedMemory(2, 10);
  for (const name of ['a', 'b', 'c']) memory.keep(token(name), name);
  expect(['a', 'b', 'c'].map((name) => memory.get(token(name)))).toEqual([undefined, 'b', 'c']);
  memory.keep(token('d'), 'x'.repeat(10));
  expect(memory.get(token('c'))).toBeUndefined();
  expect(memory.get(token('d'))).toHaveLength(10);
});

test('a result kept twice counts once; one that is too large alone is not kept', () => {
  const memory = new FinishedMemory(10, 10);
  for (let round = 0; round < 5; round++) memory.keep(token('a'), 'x'.repeat(4));
  memory.keep(token('b'), 'y'.repeat(6));
  expect(memory.get(token('a'))).toBe('xxxx');
  memory.keep(token('c'), 'z'.repeat(11));
  expect(memory.get(token('c'))).toBeUndefined();
});
