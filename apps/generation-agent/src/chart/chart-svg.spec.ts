import { type Chart } from '../report/report';
import { chartSvg } from './chart-svg';
import { thinned } from './thin';

const chart = (over: Partial<Chart>): Chart => ({
  shape: 'bar',
  title: 'Sizes',
  labels: ['a', 'b', 'c'],
  series: [{ name: 'kB', values: [10, 20, 40], marks: [2] }],
  scale: 'linear',
  ...over,
});
const svg = (over: Partial<Chart>): string => chartSvg(chart(over), 'c1').html;
const numbers = (text: string, attribute: string): number[] =>
  Array.from(text.matchAll(new RegExp(`<rect[^>]* ${attribute}="([^"]+)"`, 'g')), ([, value]) => Number(value));

test('bars are as long as their values, from a common zero; the marked one is told', () => {
  const drawn = svg({});
  const [a = 0, b = 0, c = 0] = numbers(drawn, 'width');
  expect(b / a).toBeCloseTo(2, 1);
  expect(c / a).toBeCloseTo(4, 1);
  expect(new Set(numbers(drawn, 'x')).size).toBe(1);
  expect(drawn.match(/class="s0 marked"/g)).toHaveLength(1);
  expect(drawn).toContain('<title id="c1-title">Sizes</title>');
});

test('bars below zero go to the left of zero', () => {
  const drawn = svg({ series: [{ name: 'kB', values: [-10, null, 10], marks: [] }] });
  const [left = 0, right = 0] = numbers(drawn, 'x');
  const [width = 0] = numbers(drawn, 'width');
  expect(left + width).toBeCloseTo(right, 0);
});

test('a logarithmic scale steps evenly over powers of ten, and is not used where it cannot be', () => {
  const powers = svg({ scale: 'log', series: [{ name: 'kB', values: [10, 100, 1000], marks: [] }] });
  const [a = 0, b = 0, c = 0] = numbers(powers, 'width');
  expect(c - b).toBeCloseTo(b - a, 0);
  expect(svg({ scale: 'log', series: [{ name: 'kB', values: [0, 1, 2], marks: [] }] })).not.toContain('NaN');
});

test.each<[string, Partial<Chart>]>([
  ['no labels', { labels: [], series: [{ name: 'x', values: [], marks: [] }] }],
  ['one value', { labels: ['a'], series: [{ name: 'x', values: [5], marks: [0] }] }],
  ['equal values', { series: [{ name: 'x', values: [5, 5, 5], marks: [] }] }],
  ['no values', { series: [{ name: 'x', values: [null, null, null], marks: [1] }] }],
  ['huge values', { series: [{ name: 'x', values: [1e300, -1e300, 0], marks: [] }] }],
  ['more marks and values than labels', { series: [{ name: 'x', values: [1, 2, 3, 4, 5], marks: [99] }] }],
])('%s can be drawn in both shapes', (_name, over) => {
  for (const shape of ['bar', 'line'] as const) {
    expect(svg({ ...over, shape })).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test('a line has gaps where values are missing and rings where marks are', () => {
  const drawn = svg({
    shape: 'line',
    labels: ['a', 'b', 'c', 'd', 'e'],
    series: [{ name: 'x', values: [1, 2, null, 3, 4], marks: [1, 2] }],
  });
  expect(/ d="([^"]*)"/.exec(drawn)?.[1]?.match(/M/g)).toHaveLength(2);
  expect(drawn.match(/<circle/g)).toHaveLength(1);
});

test('thinning a long line keeps its spikes and its order', () => {
  const values = Array.from({ length: 50_000 }, (_, place) => Math.sin(place / 500));
  values[31_234] = 99;
  values[12_345] = -99;
  const kept = thinned(values, 1000);
  expect(kept.length).toBeLessThanOrEqual(1000);
  expect(kept).toContainEqual([31_234, 99]);
  expect(kept).toContainEqual([12_345, -99]);
  expect(kept.every(([place], at) => at === 0 || place > kept[at - 1]![0])).toBe(true);
});
