import { stageReadings } from './stages';

test('the stages follow each other without a gap: together they are the whole', () => {
  const means = { created: 102, stored: 103, claimed: 107, received: 108.5, worked: 109.5, recorded: 113 };
  const readings = stageReadings(means, 100, 115);
  expect(readings.map(({ value }) => value)).toEqual([2, 1, 4, 2, 1, 3, 2, 15]);
  const parts = readings.slice(0, -1).reduce((sum, { value }) => sum + value, 0);
  expect(parts).toBe(readings.at(-1)?.value);
});
