import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SUFFIX = '-agent';

/** The program of a family. */
export function programOf(appsDir: string, family: string): string {
  return join(appsDir, `${family}${SUFFIX}`, 'main.js');
}

/** The families whose programs are built. */
export function builtFamilies(appsDir: string): string[] {
  if (!existsSync(appsDir)) return [];
  return readdirSync(appsDir)
    .filter((folder) => folder.endsWith(SUFFIX) && existsSync(join(appsDir, folder, 'main.js')))
    .map((folder) => folder.slice(0, -SUFFIX.length))
    .sort();
}
