import { readArguments } from './arguments';

const known = ['batches', 'singles', 'latency'];

test('without names everything is measured, three times', () => {
  expect(readArguments([], known)).toEqual({ names: known, runs: 3, quick: false });
});

test('names keep the order of the report, whatever order they were given in', () => {
  expect(readArguments(['latency', 'batches', '--json', 'f.json', '--runs', '5', '--profile', 'p'], known)).toEqual({
    names: ['batches', 'latency'],
    runs: 5,
    quick: false,
    json: 'f.json',
    profile: 'p',
  });
});

test('a quick run is one run unless told otherwise', () => {
  expect(readArguments(['--quick'], known)).toMatchObject({ runs: 1, quick: true });
  expect(readArguments(['--quick', '--runs', '2'], known)).toMatchObject({ runs: 2, quick: true });
});

test.each([
  [['bathces'], 'There is no scenario bathces. There are: batches, singles, latency'],
  [['--runs', '0'], '--runs takes a whole number above 0'],
  [['--runs', 'many'], '--runs takes a whole number above 0'],
  [['--fast'], '--fast'],
])('%j is refused with what to do', (args, reason) => {
  expect(() => readArguments(args, known)).toThrow(reason);
  expect(() => readArguments(args, known)).toThrow('Use: npm run bench');
});
