import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskFailure } from '@baton/agent-sdk';
import { Corpus } from './corpus';

/** Corpora kept in memory at once; the one unused longest is let go and read again when asked for. */
const mostOpen = 8;

/** Every corpus of this machine, each a folder below `corporaDir`. */
export class Corpora {
  private readonly open = new Map<string, Corpus>();

  constructor(private readonly corporaDir: string) {}

  /** The corpus as it is on disk now; an empty one when nothing was indexed under that name. */
  async current(name: string): Promise<Corpus> {
    const corpus = this.open.get(name) ?? new Corpus(join(this.corporaDir, name));
    this.open.delete(name);
    this.open.set(name, corpus);
    const oldest = this.open.size > mostOpen ? this.open.keys().next().value : undefined;
    if (oldest !== undefined) this.open.delete(oldest);
    await corpus.refresh();
    return corpus;
  }

  /** The same, refused when it holds nothing. */
  async existing(name: string): Promise<Corpus> {
    const corpus = await this.current(name);
    if (corpus.size > 0) return corpus;
    const known = await readdir(this.corporaDir).catch(() => []);
    const others = known.filter((other) => other !== name);
    const hint = others.length > 0 ? ` There are: ${others.sort().slice(0, 20).join(', ')}.` : '';
    const message = `The corpus "${name}" holds no documents. Fill it with research.index first.${hint}`;
    throw new TaskFailure('CORPUS_EMPTY', message, { retryable: false });
  }
}
