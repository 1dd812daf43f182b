import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { TaskFailure } from '@baton/agent-sdk';

/** True when `path` is `folder` or below it; both must be real paths. */
function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}

/**
 * The real path behind `path`, following every link, if it lies inside an allowed folder. Relative paths start at the
 * first allowed folder. What lies outside is refused alike whether it exists or not.
 */
export async function allowedPath(path: string, allowed: readonly string[]): Promise<string> {
  const wanted = resolve(allowed[0] ?? '.', path);
  const folders = await Promise.all(allowed.map((folder) => realpath(folder).catch(() => resolve(folder))));
  const real = await realpath(wanted).catch(() => undefined);
  if (real !== undefined && folders.some((folder) => isInside(folder, real))) return real;
  const named = [...folders, ...allowed.map((folder) => resolve(folder))];
  if (real === undefined && named.some((folder) => isInside(folder, wanted))) {
    throw new TaskFailure('PATH_NOT_FOUND', `${path} does not exist. Check the path.`, { retryable: false });
  }
  throw new TaskFailure(
    'PATH_NOT_ALLOWED',
    `${path} lies outside the folders this agent may read (${allowed.join(', ')}). Give a path inside them, ` +
      'or start the agent with the folder in RESEARCH_ALLOWED_PATHS.',
    { retryable: false },
  );
}
