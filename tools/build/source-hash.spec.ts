import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sourceHash } from './source-hash';

const root = mkdtempSync(join(tmpdir(), 'baton-hash-'));
const write = (name: string, text: string): string => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
  return sourceHash(root);
};
beforeAll(() => {
  for (const name of [
    'package-lock.json',
    'rspack.config.cjs',
    'tsconfig.json',
    'apps/a/src/main.ts',
    'libs/b/src/index.ts',
  ]) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), name);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

test('a source or a setting changes the hash, a test does not', () => {
  const first = write('nest-cli.json', '{}');
  expect(write('apps/a/src/main.spec.ts', 'test')).toBe(first);
  const second = write('libs/b/src/index.ts', 'changed');
  expect(second).not.toBe(first);
  expect(write('nest-cli.json', '{"a":1}')).not.toBe(second);
});
