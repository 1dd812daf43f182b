import { parseMachineTicks } from './machine';

test('idle and waiting for the disk is not busy', () => {
  const text = 'cpu  100 1 50 1000 200 3 4 5 90 9\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
  expect(parseMachineTicks(text)).toEqual({ busy: 163, total: 1363 });
});
