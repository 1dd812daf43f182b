import { basename, dirname, join } from 'node:path';
import { type TaskContext } from '@baton/agent-sdk';
import { type StoredDocument } from '../corpus/document';
import { findFiles, rootAndGlob } from './find-files';
import { readDocument } from './read-file';

const limits = { files: 20_000, entries: 500_000 } as const;
const mostBytes = 1024 * 1024;

/** The text files below a path as documents; their ids are their paths below it. Reports progress, ends when canceled. */
export async function readFolder(
  path: string,
  givenGlob: string,
  task: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<{ documents: StoredDocument[]; skipped: number }> {
  const { root, glob } = await rootAndGlob(path, givenGlob);
  const files = await findFiles(root, glob, limits, task.signal);
  const documents: StoredDocument[] = [];
  for (const [place, file] of files.entries()) {
    task.signal.throwIfAborted();
    const read = await readDocument(join(root, file), mostBytes);
    if (read)
      documents.push({ id: file, title: read.title ?? nameOf(file), text: read.text, source: `${path}:${givenGlob}` });
    if (place % 50 === 49) task.progress((place / files.length) * 90, `${place + 1} of ${files.length} files read`);
  }
  return { documents, skipped: files.length - documents.length };
}

/** A README is named after the folder it speaks of. */
function nameOf(file: string): string {
  const folder = dirname(file);
  return folder !== '.' && /^readme\b/i.test(basename(file)) ? folder : file;
}
