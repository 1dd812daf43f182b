import { Capability } from '@baton/agent-sdk';
import { type JsonSchema, objectSchema } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { Corpora } from '../corpus/corpora';
import { type IndexedDocument, RankedIndex } from '../search/ranked-index';
import { bestSnippet } from '../search/snippet';
import { corpusName, documentSchema, type GivenDocument } from './research-schema';

interface SearchInput {
  readonly query: string;
  readonly corpus?: string;
  readonly documents?: readonly GivenDocument[];
  readonly limit?: number;
  readonly textLimit?: number;
}

interface Hit {
  readonly id: string;
  readonly title: string;
  readonly score: number;
  readonly snippet: string;
  readonly text?: string;
}

interface SearchOutput {
  readonly hits: readonly Hit[];
  readonly total: number;
}

/** All texts of an answer together stay below this, so that it fits a message. */
const answerCharacters = 300_000;

/** Finds documents by words, best first. */
@Injectable()
export class SearchDocuments extends Capability<SearchInput, SearchOutput> {
  readonly name = 'research.search';
  readonly version = '1.0.0';
  readonly description =
    'Ranks documents of a corpus, or those given, by BM25+. Each hit has the passage that answers best and the first ' +
    'textLimit characters of its text (default 16000, 0: none). total counts all documents that match.';
  readonly input: JsonSchema = {
    ...objectSchema({
      query: { type: 'string', minLength: 1, maxLength: 1000 },
      'corpus?': corpusName,
      'documents?': { type: 'array', items: documentSchema, maxItems: 10_000 },
      'limit?': { type: 'integer', minimum: 1, maximum: 100 },
      'textLimit?': { type: 'integer', minimum: 0, maximum: 100_000 },
    }),
    oneOf: [
      { required: ['corpus'], properties: { corpus: {} } },
      { required: ['documents'], properties: { documents: {} } },
    ],
  };
  readonly output: JsonSchema = objectSchema({
    hits: {
      type: 'array',
      items: objectSchema({
        id: { type: 'string' },
        title: { type: 'string' },
        score: { type: 'number' },
        snippet: { type: 'string' },
        'text?': { type: 'string' },
      }),
    },
    total: { type: 'integer', minimum: 0 },
  });

  constructor(private readonly corpora: Corpora) {
    super();
  }

  async execute({ query, corpus, documents, limit = 10, textLimit = 16_000 }: SearchInput): Promise<SearchOutput> {
    const place = corpus === undefined ? overGiven(documents ?? []) : await this.corpora.existing(corpus);
    const { hits, total } = place.rank(query, limit);
    const each = Math.min(textLimit, Math.floor(answerCharacters / Math.max(1, hits.length)));
    const found = hits.flatMap(({ id, score }) => {
      const document = place.get(id);
      return document ? [toHit(document, score, query, each)] : [];
    });
    return { hits: found, total };
  }
}

interface Searchable {
  rank(query: string, limit: number): ReturnType<RankedIndex['rank']>;
  get(id: string): IndexedDocument | undefined;
}

function overGiven(documents: readonly GivenDocument[]): Searchable {
  const byId = new Map(documents.map((given) => [given.id, { title: given.id, ...given }]));
  const index = new RankedIndex();
  for (const document of byId.values()) index.put(document);
  return { rank: (query, limit) => index.rank(query, limit), get: (id) => byId.get(id) };
}

function toHit({ id, title, text }: IndexedDocument, score: number, query: string, textLimit: number): Hit {
  const shown = text.slice(0, textLimit).replace(/\p{Surrogate}/gu, '');
  return { id, title, score, snippet: bestSnippet(text, query), ...(textLimit > 0 && { text: shown }) };
}
