import { formatNumber, renderTable } from './table';

test('names stand left, figures right, and each column is as wide as its widest cell', () => {
  const text = renderTable(
    ['figure', 'median', 'verdict'],
    [
      ['batches', '9,899', 'holds'],
      ['a much longer name', '7', ''],
    ],
    [2],
  );
  expect(text.split('\n')).toEqual([
    'figure              median  verdict',
    '───────────────────────────────────',
    'batches              9,899  holds',
    'a much longer name       7',
  ]);
});

test.each([
  [0, '0'],
  [0.123456, '0.123'],
  [9.876, '9.88'],
  [99.96, '100'],
  [123.4, '123'],
  [1234567.8, '1,234,568'],
  [NaN, '–'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
