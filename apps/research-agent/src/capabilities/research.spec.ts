import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TaskContext } from '@baton/agent-sdk';
import { createValidator } from '@baton/bus';
import { Corpora } from '../corpus/corpora';
import { ExtractInformation } from './extract-information';
import { IndexDocuments } from './index-documents';
import { SearchDocuments } from './search-documents';

const task = { signal: new AbortController().signal, progress: () => undefined } as unknown as TaskContext;

describe('research', () => {
  let top: string;
  let index: IndexDocuments;
  let search: SearchDocuments;
  const agent = (maxCorpusCharacters = 10_000): [IndexDocuments, SearchDocuments] => {
    const corpora = new Corpora(join(top, 'data'));
    const config = { corporaDir: join(top, 'data'), allowedPaths: [join(top, 'docs')], maxCorpusCharacters };
    return [new IndexDocuments(corpora, config), new SearchDocuments(corpora)];
  };
  beforeEach(async () => {
    top = await mkdtemp(join(tmpdir(), 'research-'));
    await mkdir(join(top, 'docs'));
    await writeFile(join(top, 'docs', 'a.md'), '# Apples\n\nRed **apples** keep well.');
    await writeFile(join(top, 'docs', 'b.md'), '# Pears\n\nPears do not keep.');
    [index, search] = agent();
  });
  afterEach(() => rm(top, { recursive: true, force: true }));

  test('a folder is indexed, searched by another agent, and indexed again without what is gone', async () => {
    expect(await index.execute({ corpus: 'docs', path: '.', glob: '*.md' }, task)).toEqual({ corpus: 'docs', documents: 2, skipped: 0, total: 2 });
    const [, other] = agent();
    const answer = await other.execute({ corpus: 'docs', query: 'keep apples' });
    expect(createValidator(other.output)(answer)).toEqual([]);
    expect(answer).toEqual({
      total: 2,
      hits: [
        { id: 'a.md', title: 'Apples', score: expect.any(Number), snippet: 'Red apples keep well.', text: 'Apples\n\nRed apples keep well.' },
        { id: 'b.md', title: 'Pears', score: expect.any(Number), snippet: 'Pears do not keep.', text: 'Pears\n\nPears do not keep.' },
      ],
    });
    await rm(join(top, 'docs', 'a.md'));
    await index.execute({ corpus: 'docs', documents: [{ id: 'own', text: 'apples of mine' }] }, task);
    expect(await index.execute({ corpus: 'docs', path: '.', glob: '*.md' }, task)).toMatchObject({ documents: 1, total: 2 });
    expect((await other.execute({ corpus: 'docs', query: 'apples' })).hits.map(({ id }) => id)).toEqual(['own']);
  });

  test('documents given with the query are searched without a corpus', async () => {
    const documents = [{ id: '1', text: 'one fish' }, { id: '2', title: 'Fish', text: 'two' }, { id: '3', text: 'bird' }];
    const { hits, total } = await search.execute({ query: 'fish', documents, limit: 1, textLimit: 0 });
    expect([total, hits]).toEqual([2, [{ id: '2', title: 'Fish', score: expect.any(Number), snippet: 'two' }]]);
  });

  test('the same id twice: the later document counts', async () => {
    const documents = [{ id: 'x', text: 'old' }, { id: 'x', text: 'new' }];
    expect(await index.execute({ corpus: 'c', documents }, task)).toMatchObject({ documents: 1, total: 1 });
    expect((await search.execute({ corpus: 'c', query: 'new' })).total).toBe(1);
  });

  test('all texts of an answer together are bounded', async () => {
    const documents = Array.from({ length: 100 }, (_, n) => ({ id: `d${n}`, text: `word ${'x'.repeat(50_000)}` }));
    const answer = await search.execute({ query: 'word', documents, limit: 100, textLimit: 100_000 });
    expect(JSON.stringify(answer).length).toBeLessThan(400_000);
  });

  test('a corpus beyond its limit, a path outside and a missing corpus are refused', async () => {
    const [small] = agent(20);
    await expect(small.execute({ corpus: 'docs', path: '.' }, task)).rejects.toMatchObject({ code: 'CORPUS_FULL' });
    await expect(index.execute({ corpus: 'docs', path: '..' }, task)).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
    await expect(search.execute({ corpus: 'none', query: 'x' })).rejects.toMatchObject({ code: 'CORPUS_EMPTY' });
  });

  test.each<[object, string]>([
    [{ corpus: 'docs' }, 'neither documents nor path'],
    [{ corpus: 'docs', path: '.', documents: [] }, 'both'],
    [{ corpus: 'docs', documents: [], glob: '*' }, 'glob without path'],
    [{ corpus: '../up', path: '.' }, 'a corpus that leads elsewhere'],
    [{ corpus: 'docs', documents: [{ id: 'a' }] }, 'a document without text'],
  ])('%j is refused at submission: %s', (input) => {
    expect(createValidator(index.input)(input)).not.toEqual([]);
  });

  test('extract publishes schemas that its answers fit', async () => {
    const extract = new ExtractInformation();
    const answer = await extract.execute({ text: 'Ada Lovelace paid $5 in London on 1 May 1850.' }, task);
    expect(createValidator(extract.output)(answer)).toEqual([]);
    expect(answer.entities.map(({ type }) => type)).toEqual(['person', 'money', 'location', 'date']);
  });
}); // prettier-ignore
