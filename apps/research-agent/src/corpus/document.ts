import { type JsonObject } from '@baton/contracts';

/** A document as a corpus keeps it. */
export interface StoredDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly metadata?: JsonObject;
  /** Where a batch of documents came from; indexing that place again replaces the batch. */
  readonly source?: string;
}

/** What one call of research.index changed. Later changes win. */
export interface CorpusChange {
  readonly documents: readonly StoredDocument[];
  /** Ids that are gone. */
  readonly removed: readonly string[];
}
