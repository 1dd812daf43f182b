import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** docs/failure-matrix.md names a test for each failure: it must be there, under that name. */
const root = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Row {
  readonly failure: string;
  readonly file: string;
  readonly name: string;
}

const rows: Row[] = read('docs/failure-matrix.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (What fails|-)/.test(line))
  .map((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, file = '', name = ''] = /^`([^`]+)` › (.+)$/.exec(cells[5] ?? '') ?? [];
    return { failure: cells[1] ?? '', file, name };
  });

const isTest = (source: string, name: string): boolean =>
  [`'${name}'`, `"${name}"`].some((quoted) => source.includes(quoted));

test('there are rows, and each names a test', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ file, name }) => !file || !name)).toEqual([]);
});

test.each(rows.map((row) => [row.failure, row] as const))('%s', (_, { file, name }) => {
  expect(existsSync(join(root, file))).toBe(true);
  expect(isTest(read(file), name)).toBe(true);
});

test('every test in test/e2e/failures has its row', () => {
  const named = new Set(rows.map(({ file }) => file));
  const folder = 'test/e2e/failures';
  const files = readdirSync(join(root, folder)).map((file) => `${folder}/${file}`);
  expect(files.filter((file) => !named.has(file))).toEqual([]);
});
