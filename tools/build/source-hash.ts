import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const settings = ['nest-cli.json', 'package-lock.json', 'rspack.config.cjs', 'tsconfig.json'];

/** One hash over every source and setting the built apps depend on; tests are left out. */
export function sourceHash(root: string): string {
  const sources = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|json|cjs)$/.test(name) && !/\.spec\.ts$/.test(name))
      .map((name) => join(folder, name)),
  );
  const hash = createHash('sha256');
  for (const name of [...settings, ...sources.sort()])
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(root, name)))
      .update('\0');
  return hash.digest('hex');
}
