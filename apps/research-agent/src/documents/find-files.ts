import { type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TaskFailure } from '@baton/agent-sdk';
import picomatch from 'picomatch';

export interface FindLimits {
  readonly files: number;
  /** Folder entries looked at. */
  readonly entries: number;
}

/** Extended globs are off: their regular expressions can be made to run for years. */
const options = { dot: false, noextglob: true, nocase: true, maxLength: 500 } as const;
/** Stars in one part of the path, and parts of any depth: the work grows with their power. */
const mostStars = 3;

/** Paths below `root` that match, with `/` between their parts, in order. Links are not followed: they may lead outside. */
export async function findFiles(
  root: string,
  glob: string,
  limits: FindLimits,
  signal: AbortSignal,
): Promise<string[]> {
  refuseCostly(glob);
  const matches = picomatch(glob, options);
  const deepest = deepestLevel(glob);
  const found: string[] = [];
  const folders: string[] = [''];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const listed = await readdir(join(root, folder), { withFileTypes: true });
    entries += listed.length;
    if (entries > limits.entries)
      throw wrong(`path holds more than ${limits.entries} entries. Give a narrower glob or path.`);
    for (const entry of listed) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isFolderToEnter(entry) && path.split('/').length < deepest) folders.push(path);
      if (entry.isFile() && matches(path)) found.push(path);
    }
    if (found.length > limits.files)
      throw wrong(`more than ${limits.files} files match. Give a narrower glob or path.`);
  }
  return found.sort();
}

/** A root that is a file stands for itself. */
export async function rootAndGlob(path: string, glob: string): Promise<{ root: string; glob: string }> {
  if (!(await stat(path)).isFile()) return { root: path, glob };
  return { root: dirname(path), glob: basename(path).replace(/[\\*?[\]{}()!+@]/g, '\\$&') };
}

function refuseCostly(glob: string): void {
  const parts = glob.split('/');
  const anyDepth = parts.filter((part) => part.includes('**')).length;
  const most = Math.max(anyDepth, ...parts.map((part) => (part.replaceAll('**', '').match(/[*?]/g) ?? []).length));
  if (most > mostStars)
    throw wrong(`glob may have up to ${mostStars} of * in a part and up to ${mostStars} parts with **.`);
}

function isFolderToEnter(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith('.');
}

/** How many parts a matching path can have at most; globstars have no end. */
function deepestLevel(glob: string): number {
  return glob.includes('**') ? Infinity : glob.split('/').length;
}

function wrong(message: string): TaskFailure {
  return new TaskFailure('INPUT_INVALID', message, { retryable: false });
}
