import { bestSnippet } from './snippet';

const text = `# connection recovery

Install with npm.

A connection is cheap. Another connection is cheap too.

When the **connection** to the broker is lost, automatic \`recovery\` opens it again and declares all queues.

\`\`\`js
connection.recovery({ connection, recovery });
\`\`\``;

test('prose that has all words wins over the heading, the code and repetition', () => {
  expect(bestSnippet(text, 'connection recovery')).toBe(
    'When the connection to the broker is lost, automatic recovery opens it again and declares all queues.',
  );
});

test('a long passage is cut around its densest words', () => {
  const filler = 'lorem ipsum dolor sit amet '.repeat(60);
  const snippet = bestSnippet(
    `${filler}connection recovery works like this. ${filler}connection ${filler}`,
    'recovery connection',
  );
  expect(snippet).toContain('connection recovery works like this.');
  expect(snippet).toMatch(/^… .* …$/);
  expect(snippet.length).toBeLessThanOrEqual(326);
});

test('without any word of the query the first prose stands for the document', () => {
  expect(bestSnippet(text, 'zebra')).toBe('Install with npm.');
  expect(bestSnippet('', 'zebra')).toBe('');
});

test('a cut never leaves half a character', () => {
  for (let shift = 0; shift < 4; shift++) {
    const snippet = bestSnippet(`${'a'.repeat(shift)}${'😀'.repeat(400)} word ${'😀'.repeat(400)}`, 'word');
    expect(snippet).not.toMatch(/\p{Surrogate}/u);
  }
});

test('a document of a megabyte takes less than two seconds of CPU', () => {
  const before = process.cpuUsage().user;
  expect(bestSnippet(`${'Lines of text, *with* marks.\n\n'.repeat(35_000)}`, 'marks')).toBe(
    'Lines of text, with marks.',
  );
  expect((process.cpuUsage().user - before) / 1000).toBeLessThan(2_000);
});
