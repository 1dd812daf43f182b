import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from './version';

test('the version is that of the package', () => {
  const file = join(__dirname, '..', '..', '..', 'package.json');
  expect(VERSION).toBe((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
});
