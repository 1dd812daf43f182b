import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { constants } from 'node:fs';
import { type Passage, passagesOfFile } from '../search/markdown-passages';

export interface ReadDocument {
  readonly title: string | undefined;
  readonly text: string;
}

const markdown = new Set(['.md', '.markdown', '.mdx']);

/** A text file as title and plain text; undefined when it is larger than `maxBytes`, no UTF-8 text, or empty. */
export async function readDocument(path: string, maxBytes: number): Promise<ReadDocument | undefined> {
  const bytes = await readBounded(path, maxBytes);
  if (bytes === undefined || bytes.includes(0)) return undefined;
  const written = decode(bytes);
  if (written === undefined || written.trim() === '') return undefined;
  if (!markdown.has(extname(path).toLowerCase())) return { title: undefined, text: written };
  const passages = passagesOfFile(written);
  if (passages.length === 0) return undefined;
  return {
    title: titleOf(passages),
    text: passages.map(({ text }) => text).join('\n\n'),
  };
}

/** Never follows a link that took the file's place, and reads no more than allowed should the file grow meanwhile. */
async function readBounded(path: string, maxBytes: number): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > maxBytes) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(found.size), 0, found.size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // another encoding, or no text at all: said by the caller's count of skipped files
  }
}

/** The first large heading; a smaller one only where the text begins with it. */
function titleOf(passages: readonly Passage[]): string | undefined {
  const large = passages.find(({ level }) => level === 1);
  const first = passages[0]?.kind === 'heading' ? passages[0] : undefined;
  return (large ?? first)?.text.slice(0, 200);
}
