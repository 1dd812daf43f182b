import { passagesOf, passagesOfFile } from './markdown-passages';

test('markup vanishes, words stay, code is told from prose', () => {
  const markdown = [
    '# Title of *it*',
    '[![badge](https://img.shields.io/x.svg)](https://ci)',
    'A [link](https://x.y) and `code`',
    'in two lines.',
    '',
    '- one',
    '- two',
    '',
    '| a | b |\n|---|---|\n| c | d |',
    '',
    '```js\nconst x = 1;\n```',
  ].join('\n');
  expect(passagesOf(markdown)).toEqual([
    { kind: 'heading', text: 'Title of it', level: 1 },
    { kind: 'prose', text: 'A link and code in two lines.' },
    { kind: 'prose', text: 'one' },
    { kind: 'prose', text: 'two' },
    { kind: 'prose', text: 'a' },
    { kind: 'prose', text: 'b' },
    { kind: 'prose', text: 'c' },
    { kind: 'prose', text: 'd' },
    { kind: 'code', text: 'const x = 1;' },
  ]);
});

test('in a file HTML is markup, in a given text angle brackets are words', () => {
  const text = '<h1 align="center">Name &amp; more</h1>\n\nReturns Promise<T> <b>now</b>\n\n<!-- hidden -->';
  expect(passagesOfFile(text).map((passage) => passage.text)).toEqual(['Name & more', 'Returns Promise now']);
  expect(passagesOf('Returns Promise<T>')).toEqual([{ kind: 'prose', text: 'Returns Promise<T>' }]);
});

test.each([
  ['open brackets', '['.repeat(200_000)],
  ['nested quotes', '>'.repeat(100_000)],
  ['emphasis', '*a_'.repeat(60_000)],
  ['tags', '<'.repeat(200_000)],
  ['comments', '<!--'.repeat(50_000)],
  ['links', '[a](b '.repeat(30_000)],
  ['backticks', '`a``b'.repeat(30_000)],
])('hostile text of %s is read within two seconds of CPU', (_name, text) => {
  const before = process.cpuUsage().user;
  passagesOfFile(text);
  expect((process.cpuUsage().user - before) / 1000).toBeLessThan(2_000);
});
