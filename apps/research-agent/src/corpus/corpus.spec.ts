import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@baton/testing';
import { Corpora } from './corpora';
import { Corpus } from './corpus';

const document = (id: string, text = `words of ${id}`, source?: string) => ({
  id,
  title: id,
  text,
  ...(source && { source }),
});
const found = async (corpus: Corpus, query: string): Promise<string[]> => {
  await corpus.refresh();
  return corpus.rank(query, 100).hits.map(({ id }) => id);
};

describe('a corpus on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpus-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('survives a restart and is shared by several agents', async () => {
    const [one, other] = [new Corpus(folder), new Corpus(folder)];
    await one.change({ documents: [document('a', 'red apple'), document('b', 'green pear')], removed: [] });
    expect(await found(other, 'apple')).toEqual(['a']);
    await other.change({ documents: [document('a', 'yellow banana')], removed: ['b'] });
    expect(await found(one, 'apple')).toEqual([]);
    expect(await found(one, 'banana pear')).toEqual(['a']);
    expect(await found(new Corpus(folder), 'banana pear')).toEqual(['a']);
  });

  test('many writers at once, with compactions among them, lose nothing', async () => {
    const writers = Array.from({ length: 4 }, () => new Corpus(folder, 200));
    await Promise.all(
      writers.map(async (corpus, writer) => {
        for (let turn = 0; turn < 40; turn++) {
          await corpus.change({
            documents: [document(`d${writer}x${turn}`, 'shared')],
            removed: turn > 0 ? [`d${writer}x${turn - 1}`] : [],
          });
        }
      }),
    );
    const expected = ['d0x39', 'd1x39', 'd2x39', 'd3x39'];
    for (const corpus of [...writers, new Corpus(folder)])
      expect((await found(corpus, 'shared')).sort()).toEqual(expected);
    // What has settled is compacted with the next change; how much that is by now depends on the machine.
    await eventually(async () => {
      await writers[0]?.change({ documents: [document('d0x39', 'shared')], removed: [] });
      expect((await readdir(folder)).length).toBeLessThan(100);
    });
    expect((await found(new Corpus(folder), 'shared')).sort()).toEqual(expected);
  }, 20_000);

  test('what a writer that died left unfinished is not seen', async () => {
    const corpus = new Corpus(folder);
    await corpus.change({ documents: [document('a', 'apple')], removed: [] });
    await writeFile(join(folder, '.unfinished-x'), '{"documents":[{"id":"half');
    expect(await found(new Corpus(folder), 'apple')).toEqual(['a']);
  });

  test('a damaged segment is named, not passed over', async () => {
    await writeFile(join(folder, '0.json'), '{"documents":[');
    await expect(new Corpus(folder).refresh()).rejects.toMatchObject({
      code: 'CORPUS_DAMAGED',
      message: expect.stringContaining(join(folder, '0.json')),
    });
  });

  test('a search during a rebuild sees the old state, never an empty one', async () => {
    const [reader, writer] = [new Corpus(folder), new Corpus(folder, 0)];
    await reader.change({ documents: Array.from({ length: 200 }, (_, n) => document(`d${n}`, 'apple')), removed: [] });
    for (let turn = 0; turn < 26; turn++) await writer.change({ documents: [document(`x${turn}`)], removed: [] });
    const rebuilding = reader.refresh();
    let done = false;
    void rebuilding.then(() => (done = true));
    while (!done) {
      expect(reader.rank('apple', 1).total).toBe(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reader.size).toBe(226);
  }, 20_000);

  test('an unknown corpus is refused with the names there are', async () => {
    const corpora = new Corpora(folder);
    await (await corpora.current('docs')).change({ documents: [document('a')], removed: [] });
    await expect(corpora.existing('doks')).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringMatching(/There are: docs/),
    });
    expect((await corpora.existing('docs')).size).toBe(1);
  });
});
