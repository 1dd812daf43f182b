import { readYaml } from './read-yaml';

test.each<[string, string, unknown]>([
  [
    'brackets in texts',
    'a: [1, {b: "[[["}]\nc:\n  - - x\n    - y: |\n        [[[\n',
    { a: [1, { b: '[[[' }], c: [['x', { y: '[[[\n' }]] },
  ],
  [
    'many pairs in one line',
    `{${Array.from({ length: 200 }, (_, n) => `k${n}: ${n}`).join(', ')}}`,
    expect.objectContaining({ k199: 199 }),
  ],
  ['many items', Array.from({ length: 200 }, (_, n) => `- k: ${n}`).join('\n'), expect.arrayContaining([{ k: 199 }])],
  ['a few levels in one line', '- '.repeat(20) + 'x', expect.any(Array)],
])('%s: read', (_what, text, value) => {
  expect(readYaml(text)).toEqual({ value });
});

// Without a bound before the parser, each of the large ones ends the process, which no try can catch.
test.each([
  ['brackets', '['.repeat(100_000)],
  ['closed brackets', '['.repeat(65) + ']'.repeat(65)],
  ['braces', '{a: '.repeat(100_000)],
  ['lists in one line', '- '.repeat(100_000) + 'x'],
  ['keys in one line', '? '.repeat(100_000) + 'x'],
  ['values in one line', ': '.repeat(100_000) + 'x'],
  ['indentation', Array.from({ length: 100 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
])('%s that nest too deep are told', (_what, text) => {
  expect(readYaml(text)).toEqual({ path: '', message: expect.stringContaining('deeper than 64') });
});

test('faults and NUL characters are told by place', () => {
  expect(readYaml('a: [1')).toEqual({ path: '', message: expect.stringMatching(/^is not YAML: .*line 1/s) });
  expect(readYaml('a: {b: "x\\0"}')).toMatchObject({ path: 'a.b' });
  expect(
    readYaml(
      'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]',
    ),
  ).toMatchObject({
    path: '',
  });
});
