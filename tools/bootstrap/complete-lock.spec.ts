import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { complete, missingOptional, platformOf, type PackageLock } from './complete-lock.cjs';

const lockFile = resolve(__dirname, '..', '..', 'package-lock.json');

describe('package-lock.json', () => {
  test('names every optional platform package, so that npm ci accepts it', () => {
    const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as PackageLock;
    expect(missingOptional(lock).map(({ name }) => name)).toEqual([]);
  });

  test('a left out optional package is found and added with its platform', () => {
    const lock: PackageLock = {
      packages: {
        'node_modules/core': { version: '1.0.0', dev: true, optionalDependencies: { 'core-linux-x64-musl': '1.0.0' } },
      },
    };
    expect(complete(lock)).toHaveLength(1);
    expect(lock.packages['node_modules/core-linux-x64-musl']).toEqual({
      version: '1.0.0',
      dev: true,
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
    });
    expect(missingOptional(lock)).toEqual([]);
  });

  test.each([
    ['@swc/core-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@rspack/binding-win32-ia32-msvc', { os: ['win32'], cpu: ['ia32'] }],
    ['@rspack/binding-wasm32-wasi', { os: ['none'], cpu: ['wasm32'] }],
    ['@unrs/resolver-binding-openharmony-arm64', { os: ['openharmony'], cpu: ['arm64'] }],
  ])('%s tells its platform', (name, platform) => expect(platformOf(name)).toEqual(platform));
});
