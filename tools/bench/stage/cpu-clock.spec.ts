import { parseProcessTicks } from './cpu-clock';

test('the times of a process are found behind whatever its name holds', () => {
  const fields = 'S 1 2 3 4 5 6 7 8 9 10 250 50 7 3 20 0 11 0';
  expect(parseProcessTicks(`4711 (node (worker) x) ${fields}\n`)).toEqual({ own: 300, ended: 10 });
});
