import { stemList, termsOf } from './terms';

test.each([
  ['The connections are recovering', ['connect', 'recov']],
  ['connectionRecovery', ['connectionrecov', 'connect', 'recov']],
  ['HTTPServer v2', ['httpserver', 'http', 'server', 'v2', 'v', '2']],
  ['Crème brûlée', ['creme', 'brule']],
  ['東京都', ['東京', '京都']],
  ['of the and', []],
  ['x'.repeat(65), []],
])('%s is found by %j', (text, stems) => {
  expect(stemList(text)).toEqual(stems);
});

test('terms say where they stand', () => {
  const text = '😀 Café — reconnecting';
  expect(termsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(['Café', 'reconnecting']);
});
