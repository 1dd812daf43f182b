import { Rotation } from './rotation';

test('each address has its turn, and after a round it is time to wait', () => {
  const rotation = new Rotation(['a', 'b', 'c']);
  const round = [1, 2, 3, 4].map(() => [rotation.current, rotation.failed()]);
  expect(round).toEqual([
    ['a', false],
    ['b', false],
    ['c', true],
    ['a', false],
  ]);
});

test('one that was lost comes last', () => {
  const rotation = new Rotation(['a', 'b', 'c'], 1);
  expect(rotation.current).toBe('b');
  rotation.lost();
  expect([rotation.current, rotation.failed(), rotation.current, rotation.failed(), rotation.current]).toEqual([
    'c',
    false,
    'a',
    false,
    'b',
  ]);
  expect(rotation.failed()).toBe(true);
});

test('a single one is tried with a pause after each failure', () => {
  const rotation = new Rotation(['a']);
  expect([rotation.failed(), rotation.failed()]).toEqual([true, true]);
  rotation.lost();
  expect(rotation.current).toBe('a');
});
