import { judge } from './targets';

const rate = { least: 8_000, aim: 15_000 };
const time = { least: 15, aim: 8 };

test.each([
  [7_999, 'misses'],
  [8_000, 'holds'],
  [14_999, 'holds'],
  [15_000, 'reaches the aim'],
])('of a rate more is better: %d %s', (value, verdict) => {
  expect(judge(value, 'tasks/s', rate)).toBe(verdict);
});

test.each([
  [15.1, 'misses'],
  [15, 'holds'],
  [8, 'reaches the aim'],
])('of a time less is better: %d %s', (value, verdict) => {
  expect(judge(value, 'ms', time)).toBe(verdict);
});

test('a share of another figure is better when larger', () => {
  expect(judge(0.95, 'ratio', { least: 0.9, aim: 1 })).toBe('holds');
});
