import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { patternNames } from '@baton/contracts';
import { compileWorkflow } from '@baton/engine';
import { parse } from 'yaml';

/** Each pattern has a guide with a picture, and what the guides show is what the compiler takes. */
const folder = resolve(__dirname, '../../docs/guides/patterns');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const overview = read('README.md');

test.each(patternNames)('%s has a guide with a picture, found from the overview', (name) => {
  expect(overview).toContain(`(${name}.md)`);
  expect(read(`${name}.md`)).toContain('```mermaid\n');
});

test.each(patternNames)('the documents in the guide of %s compile', (name) => {
  const documents = [...read(`${name}.md`).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(documents.length).toBeGreaterThan(0);
  for (const text of documents) {
    const document = parse(text) as { pattern: string };
    const compiled = compileWorkflow(document, { capability: () => undefined });
    expect(compiled.ok ? [] : compiled.faults).toEqual([]);
    expect(document.pattern).toBe(name);
  }
});
