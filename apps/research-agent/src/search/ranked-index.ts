import MiniSearch from 'minisearch';
import { passagesOf } from './markdown-passages';
import { stemList } from './terms';

export interface IndexedDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

interface RankedHit {
  readonly id: string;
  readonly score: number;
}

export interface Ranking {
  /** Best first; equal scores in the order of their ids. */
  readonly hits: readonly RankedHit[];
  readonly total: number;
}

/** Full-text index of documents, ranked by BM25+ times the share of the query's words a document has; a word in the title counts twice. */
export class RankedIndex {
  private readonly index = new MiniSearch<IndexedDocument>({
    fields: ['title', 'text'],
    idField: 'id',
    tokenize: (text) => stemList(text),
    processTerm: (term) => term,
    searchOptions: { boost: { title: 2 }, combineWith: 'OR' },
    autoVacuum: true,
  });

  get size(): number {
    return this.index.documentCount;
  }

  /** Adds the document, or puts it in the place of the one with its id. */
  put({ id, title, text }: IndexedDocument): void {
    const plain = passagesOf(text).map((passage) => passage.text);
    const document = { id, title, text: plain.join('\n') };
    this.drop(id);
    this.index.add(document);
  }

  drop(id: string): void {
    if (this.index.has(id)) this.index.discard(id);
  }

  /** Documents with any word of the query. When there are none, words that begin alike or differ in a letter count too. */
  rank(query: string, limit: number): Ranking {
    const exact = this.index.search(query);
    const found =
      exact.length > 0 ? exact : this.index.search(query, { prefix: (term) => term.length >= 3, fuzzy: 0.2 });
    const words = new Set(stemList(query)).size;
    const scored = found.map(({ id, score, queryTerms }) => ({
      id: String(id),
      score: score * (new Set(queryTerms).size / words),
    }));
    const hits = scored.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit);
    return { hits, total: found.length };
  }
}
