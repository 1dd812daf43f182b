import { type Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dependencyDepths, type LockFile } from './lock-depth';

/** What is known of one installed package. */
export interface PackageFigures {
  readonly name: string;
  readonly version: string;
  readonly kilobytes: number;
  readonly files: number;
  /** Steps from the project: 1 for what it names itself. */
  readonly depth: number;
}

const atOnce = 12;

/** Measures every package of the lock file that is installed below `root`. */
export async function measurePackages(root: string): Promise<PackageFigures[]> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  const waiting = Array.from(dependencyDepths(lock));
  const measured: PackageFigures[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [folder, depth] = next;
      const size = await folderSize(join(root, folder));
      if (size.files === 0) continue; // an optional package of another platform
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const version = lock.packages[folder]?.version ?? '';
      measured.push({ name, version, kilobytes: Math.ceil(size.bytes / 1024), files: size.files, depth });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return measured.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** Of a package alone: the packages nested in it are measured for themselves. A folder that is missing has nothing. */
async function folderSize(folder: string): Promise<{ bytes: number; files: number }> {
  let [bytes, files] = [0, 0];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await entriesOf(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules') waiting.push(path);
      if (!entry.isFile()) continue;
      bytes += (await lstat(path)).size;
      files++;
    }
  }
  return { bytes, files };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
