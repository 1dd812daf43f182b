import { taskRank } from './task-rank';

test.each([
  ['older first', taskRank(1000, 5), taskRank(1001, 5)],
  ['higher priority before older', taskRank(50_000, 6), taskRank(0, 5)],
  ['but not before all that is older', taskRank(0, 5), taskRank(61_000, 6)],
  ['a longer chain behind it first', taskRank(100, 5, 2), taskRank(0, 5)],
  ['however long, not for ever', taskRank(0, 5), taskRank(10_001, 5, 10_000)],
])('%s', (_rule, first, second) => {
  expect(first).toBeLessThan(second);
});
