import { setImmediate as breathe } from 'node:timers/promises';
import { RankedIndex, type Ranking } from '../search/ranked-index';
import { type CorpusChange, type StoredDocument } from './document';
import { compactedName, listSegments, readSegment, replaceSegments, settledSegments, writeSegment } from './segments';

const mostSegments = 24;
const atOnce = 20;

/** What the segments up to the last applied one add up to. */
class Replay {
  readonly documents = new Map<string, StoredDocument>();
  readonly removed = new Set<string>();
  readonly index = new RankedIndex();
  applied: string[] = [];

  /** Later changes win; applying one twice changes nothing. Gives way to others now and then. */
  async apply(name: string, change: CorpusChange): Promise<void> {
    for (const id of change.removed) {
      this.documents.delete(id);
      this.removed.add(id);
      this.index.drop(id);
    }
    for (const [place, document] of change.documents.entries()) {
      this.documents.set(document.id, document);
      this.removed.delete(document.id);
      this.index.put(document);
      if (place % atOnce === atOnce - 1) await breathe();
    }
    this.applied.push(name);
  }
}

/**
 * One corpus: its documents and index in memory, its truth on disk (segments.ts). Call `refresh` to take in what other
 * agents have written since.
 */
export class Corpus {
  private state = new Replay();
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly settleMs = 10_000,
  ) {}

  get size(): number {
    return this.state.documents.size;
  }

  get characters(): number {
    let sum = 0;
    for (const { text, title } of this.state.documents.values()) sum += text.length + title.length;
    return sum;
  }

  get(id: string): StoredDocument | undefined {
    return this.state.documents.get(id);
  }

  /** Ids of the documents that came from `source`. */
  idsFrom(source: string): string[] {
    const documents = Array.from(this.state.documents.values());
    return documents.filter((document) => document.source === source).map(({ id }) => id);
  }

  rank(query: string, limit: number): Ranking {
    return this.state.index.rank(query, limit);
  }

  /** Stores a change; when it resolves the change survives a crash and the next refresh of every agent sees it. */
  async change(change: CorpusChange): Promise<void> {
    await writeSegment(this.folder, change, this.settleMs);
    await this.refresh();
    const settled = settledSegments(this.state.applied, Date.now(), this.settleMs);
    if (settled.length > mostSegments) await this.compact(settled);
  }

  /** Takes in what is new on disk. One at a time; callers that come meanwhile wait for a run that begins after them. */
  refresh(): Promise<void> {
    this.refreshing = this.refreshing.catch(() => undefined).then(() => this.takeIn());
    return this.refreshing;
  }

  private async takeIn(): Promise<void> {
    for (;;) {
      const names = await listSegments(this.folder);
      const grown = this.state.applied.every((name, place) => names[place] === name);
      // A rebuild happens aside: searches go on in the old state until the new one is whole.
      const state = grown ? this.state : new Replay();
      if (!(await this.replay(state, names))) continue;
      this.state = state;
      return;
    }
  }

  /** False when a segment vanished under the reader's hands: look again. */
  private async replay(state: Replay, names: readonly string[]): Promise<boolean> {
    for (const name of names.slice(state.applied.length)) {
      const change = await readSegment(this.folder, name);
      if (!change) return false;
      await state.apply(name, change);
    }
    return true;
  }

  /** Puts one segment in the place of the oldest ones; leaves it to whoever else is at it. */
  private async compact(names: readonly string[]): Promise<void> {
    const documents = new Map<string, StoredDocument>();
    const removed = new Set<string>();
    for (const name of names) {
      const change = await readSegment(this.folder, name);
      if (!change) return;
      for (const id of change.removed) documents.delete(id);
      for (const id of change.removed) removed.add(id);
      for (const document of change.documents) documents.set(document.id, document);
      for (const { id } of change.documents) removed.delete(id);
    }
    const merged = { documents: Array.from(documents.values()), removed: Array.from(removed) };
    await replaceSegments(this.folder, names, merged);
    const { applied } = this.state;
    const isWithin = names.every((name, place) => applied[place] === name);
    if (isWithin) this.state.applied = [compactedName(names), ...applied.slice(names.length)];
  }
}
