import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskFailure } from '@baton/agent-sdk';
import { v7 as timeOrderedId } from 'uuid';
import { type CorpusChange } from './document';

/**
 * A corpus on disk: a folder of segments, each the immutable record of one change, named in the order of time.
 *
 * D1 A segment appears whole or not at all: written aside, synced, then renamed, then the folder synced.
 * D2 Writers need no lock: each adds a file of its own. Readers replay all segments by name; the later wins.
 * D3 A segment is named at the last moment, so what is older than `settleMs` is all there is of that time: only that may
 *    be compacted. A change that came under it later would be hidden.
 * D4 Compaction writes `<last name>~` with all that came up to `<last name>`, then deletes what it replaces: replayed in
 *    any moment in between, the segments give the same documents. Removals are kept, so that nothing rises again.
 */
const suffix = '.json';
const unfinished = '.unfinished-';
const mostRenames = 5;
const staleMs = 60 * 60 * 1000;

/** The names of the segments, oldest first. Empty when nothing was ever indexed. */
export async function listSegments(folder: string): Promise<string[]> {
  let names = await namesIn(folder);
  // While files come and go a listing may miss both a segment and its successor; two equal ones did not.
  for (;;) {
    const again = await namesIn(folder);
    if (again.join() === names.join()) return names;
    names = again;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.endsWith(suffix) && !entry.startsWith('.'));
  return names.map((entry) => entry.slice(0, -suffix.length)).sort();
}

/** One change; undefined when a compaction has just taken the segment away. */
export async function readSegment(folder: string, name: string): Promise<CorpusChange | undefined> {
  const path = join(folder, `${name}${suffix}`);
  const written = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (written === undefined) return undefined;
  try {
    return JSON.parse(written) as CorpusChange;
  } catch (cause) {
    const message = `${path} is damaged. Delete the file and index its documents again.`;
    throw new TaskFailure('CORPUS_DAMAGED', message, { retryable: false, cause });
  }
}

/** Adds a change as the newest segment (D1, D3). */
export async function writeSegment(folder: string, change: CorpusChange, settleMs: number): Promise<void> {
  let from = await writeAside(folder, change);
  for (let tries = 0; tries < mostRenames; tries++) {
    const namedAt = Date.now();
    const path = join(folder, `${timeOrderedId()}${suffix}`);
    const moved = await rename(from, path).then(() => true, missing);
    // This process stood still in between: a compaction may have passed the name, so it takes a newer one.
    if (!moved || Date.now() - namedAt < settleMs / 2) break;
    from = path;
  }
  await syncFolder(folder);
}

/** A compaction took the file under its first name: then its change is in there. */
function missing(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

/** The names among `names` that are old enough to be compacted (D3). */
export function settledSegments(names: readonly string[], now: number, settleMs: number): string[] {
  return names.filter((name) => Number.parseInt(name.replace('-', '').slice(0, 12), 16) < now - settleMs);
}

/** Sorts after the last of `names` and before whatever is newer. */
export function compactedName(names: readonly string[]): string {
  return `${names.at(-1) ?? ''}~`;
}

/** Puts one segment in the place of `names`, all of whose changes `merged` holds (D4). */
export async function replaceSegments(folder: string, names: readonly string[], merged: CorpusChange): Promise<void> {
  await rename(await writeAside(folder, merged), join(folder, `${compactedName(names)}${suffix}`));
  await syncFolder(folder);
  for (const name of names) await rm(join(folder, `${name}${suffix}`), { force: true });
  await removeUnfinished(folder);
}

/** The path of a synced file that readers do not see yet. */
async function writeAside(folder: string, change: CorpusChange): Promise<string> {
  await mkdir(folder, { recursive: true });
  const aside = join(folder, `${unfinished}${randomUUID()}`);
  const file = await open(aside, 'wx');
  try {
    await file.writeFile(JSON.stringify(change));
    await file.sync();
  } finally {
    await file.close();
  }
  return aside;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Left by a writer that died; a living one is done within the hour. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(unfinished)) continue;
    const path = join(folder, entry);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { force: true });
  }
}
