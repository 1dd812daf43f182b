import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedPath } from './allowed-paths';
import { findFiles } from './find-files';
import { readFolder } from './read-folder';

const signal = new AbortController().signal;
const task = { signal, progress: () => undefined };
const limits = { files: 100, entries: 1000 };

describe('files to index', () => {
  let top: string;
  let allowed: string;
  beforeAll(async () => {
    top = await realpath(await mkdtemp(join(tmpdir(), 'folder-')));
    allowed = join(top, 'allowed');
    await mkdir(join(allowed, 'sub', '.git'), { recursive: true });
    await mkdir(join(top, 'allowed-not'));
    await writeFile(join(top, 'secret.md'), 'secret');
    await writeFile(join(allowed, 'README.md'), '<h1>Top</h1>\n\n# A *Title*\n\nText.');
    await writeFile(join(allowed, 'sub', 'note.txt'), 'plain <T>');
    await writeFile(join(allowed, 'sub', 'binary.md'), Buffer.from([0xff, 0xfe, 0x00]));
    await writeFile(join(allowed, 'sub', 'empty.md'), '\n');
    await writeFile(join(allowed, 'sub', '.git', 'hidden.md'), 'hidden');
    await symlink(join(top, 'secret.md'), join(allowed, 'link.md'));
    await symlink(top, join(allowed, 'up'));
  });
  afterAll(() => rm(top, { recursive: true, force: true }));

  test.each([
    '../secret.md',
    '../allowed-not',
    'link.md',
    'up',
    'up/secret.md',
    '/etc/passwd',
    '/nowhere',
    '..',
    'sub/../..',
  ])('%s is refused: it lies outside', async (path) => {
    await expect(allowedPath(path, [allowed])).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED', retryable: false });
  });

  test('what lies inside is allowed; what is missing inside is told so', async () => {
    expect(await allowedPath('sub', [allowed])).toBe(join(allowed, 'sub'));
    expect(await allowedPath(allowed, ['/nowhere', allowed])).toBe(allowed);
    await expect(allowedPath('subb', [allowed])).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });

  test('text files become documents, the others are counted, links are not followed', async () => {
    const read = await readFolder(allowed, '**/*.{md,txt}', task);
    expect(read.documents.map(({ id, title, text }) => [id, title, text])).toEqual([
      ['README.md', 'A Title', 'Top\n\nA Title\n\nText.'],
      ['sub/note.txt', 'sub/note.txt', 'plain <T>'],
    ]);
    expect(read.skipped).toBe(2);
  });

  test('a single file stands for itself', async () => {
    expect((await readFolder(join(allowed, 'README.md'), '**/*', task)).documents.map(({ id }) => id)).toEqual([
      'README.md',
    ]);
  });

  test.each([
    ['*', ['README.md']],
    ['*/*.txt', ['sub/note.txt']],
    ['{readme,sub/note}.{md,txt}', ['README.md', 'sub/note.txt']],
    ['../*', []],
    ['/etc/*', []],
  ])('the glob %s finds %j', async (glob, files) => {
    expect(await findFiles(allowed, glob, limits, signal)).toEqual(files);
  });

  test('limits and costly globs are refused, a canceled search ends', async () => {
    await expect(findFiles(allowed, '**/*', { files: 1, entries: 100 }, signal)).rejects.toThrow(/more than 1 files/);
    await expect(findFiles(allowed, '**/*', { files: 9, entries: 2 }, signal)).rejects.toThrow(/more than 2 entries/);
    await expect(findFiles(allowed, '*a*a*a*a*b', limits, signal)).rejects.toThrow(/glob/);
    await expect(findFiles(allowed, '**/*', limits, AbortSignal.abort())).rejects.toThrow();
  });
});
