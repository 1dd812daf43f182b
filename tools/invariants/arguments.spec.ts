import { acceptedFile, acceptedIds } from './arguments';

const id = '01890000-0000-7000-8000-000000000001';

test('the file of accepted ids may be named, and nothing else', () => {
  expect(acceptedFile([])).toBeUndefined();
  expect(acceptedFile(['--accepted', 'ids.txt'])).toBe('ids.txt');
  for (const wrong of [['--accepted'], ['ids.txt'], ['--accepted', 'a', 'b']])
    expect(() => acceptedFile(wrong)).toThrow('npm run check:invariants');
});

test('ids come one to a line', () => {
  expect(acceptedIds(`${id}\n\n ${id} \n`)).toEqual([id, id]);
  expect(() => acceptedIds(`${id}\nnonsense`)).toThrow('Line 2 is not the id of a task: nonsense');
});
