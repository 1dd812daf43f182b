import { resolve } from 'node:path';
import { researchConfig } from './config';

test('by default the working directory may be read and data lie under .baton', () => {
  expect(researchConfig({})).toEqual({
    corporaDir: resolve('.baton/research'),
    allowedPaths: [process.cwd()],
    maxCorpusCharacters: 256 * 1024 * 1024,
  });
});

test('allowed folders are a list as in PATH', () => {
  expect(researchConfig({ RESEARCH_ALLOWED_PATHS: '/srv/docs: /srv/wiki :' }).allowedPaths).toEqual([
    '/srv/docs',
    '/srv/wiki',
  ]);
});

test('a wrong limit is named', () => {
  expect(() => researchConfig({ RESEARCH_MAX_CORPUS_MB: 'many' })).toThrow(/RESEARCH_MAX_CORPUS_MB/);
});
