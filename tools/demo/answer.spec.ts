import { answerLines, type DemoAnswer } from './answer';

const answer: DemoAnswer = {
  documents: 600,
  matching: 2,
  hits: [
    { id: 'a/README.md', title: 'A', score: 12.34, snippet: 'reconnects \u001b[31mby itself' },
    { id: 'b/README.md', title: 'B', score: 5, snippet: 'x' },
  ],
  entities: [{ text: 'Ada Lovelace', type: 'person', count: 2 }],
  anomalies: [
    { title: 'Package size', unit: 'kB', found: 1, top: [{ name: 'big', value: 50_419, expected: 33.4 }] },
    { title: 'Depth', unit: 'steps', found: 0, top: [] },
  ],
  html: '<!doctype html>',
  markdown: '# x',
};

test('the answer tells hits, names, anomalies and where the reports lie, and cannot steer the terminal', () => {
  expect(answerLines('why?', answer, ['/x/report.html'])).toEqual([
    '',
    'Question: why?',
    '2 of 600 documents have words of it. The best:',
    '  1. a/README.md (score 12.3)',
    '     reconnects  [31mby itself',
    '  2. b/README.md (score 5.0)',
    '     x',
    'Names in them: Ada Lovelace (person)',
    'What stands out:',
    '  Package size: 1 of them, as big 50,419 kB (usual: 33)',
    '  Depth: 0 of them',
    'Report: /x/report.html',
  ]);
});
