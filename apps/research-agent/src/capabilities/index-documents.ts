import { Capability, type TaskContext, TaskFailure } from '@baton/agent-sdk';
import { type JsonObject, type JsonSchema, objectSchema } from '@baton/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { RESEARCH_CONFIG, type ResearchConfig } from '../config';
import { Corpora } from '../corpus/corpora';
import { type Corpus } from '../corpus/corpus';
import { type CorpusChange, type StoredDocument } from '../corpus/document';
import { allowedPath } from '../documents/allowed-paths';
import { readFolder } from '../documents/read-folder';
import { corpusName, documentSchema, type GivenDocument } from './research-schema';

type IndexInput = { readonly corpus: string } & (
  | { readonly documents: readonly GivenDocument[] }
  | { readonly documents?: never; readonly path: string; readonly glob?: string }
);

interface IndexOutput {
  readonly corpus: string;
  /** Documents this call added or replaced. */
  readonly documents: number;
  /** Files that match but are too large, no UTF-8 text or empty. */
  readonly skipped: number;
  /** Documents the corpus holds now. */
  readonly total: number;
}

/** Puts documents into a corpus that survives restarts and that all research agents of this machine share. */
@Injectable()
export class IndexDocuments extends Capability<IndexInput, IndexOutput> {
  readonly name = 'research.index';
  readonly version = '1.0.0';
  readonly description =
    'Adds documents to a corpus, or the text files below a path (glob default **/*.{md,markdown,txt}). A document takes the ' +
    'place of the one with its id; indexing a path again also removes what is gone from it.';
  readonly input: JsonSchema = {
    ...objectSchema({
      corpus: corpusName,
      'documents?': { type: 'array', items: documentSchema, maxItems: 10_000 },
      'path?': { type: 'string', minLength: 1, maxLength: 4096 },
      'glob?': { type: 'string', minLength: 1, maxLength: 500 },
    }),
    oneOf: [
      { required: ['documents'], properties: { documents: {} } },
      { required: ['path'], properties: { path: {} } },
    ],
    dependencies: { glob: ['path'] },
  };
  readonly output: JsonSchema = objectSchema({
    corpus: corpusName,
    documents: { type: 'integer', minimum: 0 },
    skipped: { type: 'integer', minimum: 0 },
    total: { type: 'integer', minimum: 0 },
  });

  constructor(
    private readonly corpora: Corpora,
    @Inject(RESEARCH_CONFIG) private readonly config: ResearchConfig,
  ) {
    super();
  }

  async execute(input: IndexInput, task: TaskContext): Promise<IndexOutput> {
    const { documents, skipped, source } = await this.gather(input, task);
    task.signal.throwIfAborted();
    const corpus = await this.corpora.current(input.corpus);
    const distinct = new Map(documents.map((document) => [document.id, document]));
    const gone = source === undefined ? [] : corpus.idsFrom(source).filter((id) => !distinct.has(id));
    const change: CorpusChange = { documents: Array.from(distinct.values()), removed: gone };
    this.refuseOverflow(corpus, change);
    if (change.documents.length + change.removed.length > 0) await corpus.change(change);
    return { corpus: input.corpus, documents: distinct.size, skipped, total: corpus.size };
  }

  private async gather(input: IndexInput, task: TaskContext): Promise<Gathered> {
    if (input.documents) return { documents: input.documents.map(stored), skipped: 0, source: undefined };
    const path = await allowedPath(input.path, this.config.allowedPaths);
    const glob = input.glob ?? '**/*.{md,markdown,txt}';
    return { ...(await readFolder(path, glob, task)), source: `${path}:${glob}` };
  }

  private refuseOverflow(corpus: Corpus, change: CorpusChange): void {
    const added = change.documents.reduce((sum, { text, title }) => sum + text.length + title.length, 0);
    const limit = this.config.maxCorpusCharacters;
    if (corpus.characters + added <= limit) return;
    const message = `The corpus would grow beyond ${limit / 1024 / 1024} MB. Use several, or raise RESEARCH_MAX_CORPUS_MB.`;
    throw new TaskFailure('CORPUS_FULL', message, { retryable: false });
  }
}

interface Gathered {
  readonly documents: readonly StoredDocument[];
  readonly skipped: number;
  readonly source: string | undefined;
}

function stored(given: GivenDocument): StoredDocument {
  const metadata: JsonObject | undefined = given.metadata;
  return { id: given.id, title: given.title ?? given.id, text: given.text, ...(metadata && { metadata }) };
}
