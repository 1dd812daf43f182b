import { createValidator } from '@baton/bus';
import { GenerateReport } from './generate-report';

const capability = new GenerateReport();
const fits = createValidator(capability.input);
type Input = Parameters<GenerateReport['execute']>[0];

function report(input: Input): string {
  expect(fits(input)).toEqual([]);
  const output = capability.execute(input);
  expect(createValidator(capability.output)(output)).toEqual([]);
  capability.validate(output);
  return output.content;
}

const hostile = `</title></style><script>alert(1)</script><img src=x onerror=alert(2)> " onmouseover="alert(3)" '\`&amp; \u0000 ]]> -->`;
const everywhere = (text: string): Omit<Input, 'format'> => ({
  title: text,
  subtitle: text,
  data: { [text]: [{ [text]: text }, { [text]: 1 }], list: [text], deep: { a: { b: { c: { d: { e: { f: text } } } } } } },
  sections: [
    {
      title: text,
      text: `${text}\n\n${text}`,
      figures: [{ label: text, value: text, note: text }],
      list: [text],
      table: { columns: [text, { key: text, title: text }], rows: [[text, text], { [text]: text }] },
      chart: { kind: 'bar', title: text, description: text, labels: [text], series: [{ name: text, values: [1] }], unit: text.slice(0, 40) },
      sources: [
        { title: text, url: 'javascript:alert(1)', note: text },
        { title: text, url: `https://x.y/${text}` },
        { title: text, url: 'java\nscript:alert(1)' },
        { title: text, url: 'data:text/html,<script>alert(1)</script>' },
        { title: text, url: '//evil.example' },
      ],
    },
  ],
}); // prettier-ignore

/** Tags of the page in order, after a check that each that opens is closed in its place. */
function tagsOf(html: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  for (const [, close, name = '', self] of html.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (close) expect(open.pop()).toBe(name);
    else if (!self) open.push(name);
    if (!close) names.push(name);
  }
  expect(open).toEqual([]);
  return names;
}

describe('HTML', () => {
  test('hostile texts stay texts everywhere', () => {
    const html = report({ ...everywhere(hostile), format: 'html' });
    const tags = new Set(tagsOf(html));
    for (const tag of ['script', 'img', 'iframe', 'object']) expect(tags).not.toContain(tag);
    expect(html.replace(/="[^"]*"/g, '=""')).not.toMatch(/<[^<>]*\son\w+=/i);
    expect(html).not.toMatch(/href="(?!https:|mailto:|#)/);
    expect(html).not.toContain('\u0000');
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html).toContain("default-src 'none'".replaceAll("'", '&#39;'));
  });

  test('a page has its parts: language, title, contents that lead somewhere, an accessible chart with its figures', () => {
    const html = report({
      title: 'Figures of a year',
      date: '2026-01-02T03:04:05Z',
      format: 'html',
      sections: [
        { title: 'First', text: 'One.\n\nTwo.', sections: [{ title: 'Inner', text: 'x' }] },
        {
          title: 'Second',
          chart: {
            kind: 'line',
            title: 'Load',
            labels: ['a', 'b', 'c'],
            series: [{ name: 'load', values: [1, null, 3], marks: [2] }],
          },
          sources: [{ title: 'Home', url: 'https://example.org/a?b=1&c=2' }],
        },
      ],
    });
    expect(tagsOf(html)).toEqual(expect.arrayContaining(['html', 'nav', 'main', 'svg', 'desc', 'details', 'table']));
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<title>Figures of a year</title>');
    expect(html).toContain('<time datetime="2026-01-02T03:04:05.000Z">2026-01-02</time>');
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${target}"`);
    const [, labelled = ''] = /role="img" aria-labelledby="([^"]+)"/.exec(html) ?? [];
    for (const id of labelled.split(' ')) expect(html).toContain(`id="${id}"`);
    expect(html).toContain('<desc id="s2-0-desc">Line chart of load over 3 labels.</desc>');
    expect(html).toContain('<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer">Home</a>');
    const ids = Array.from(html.matchAll(/\sid="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('Markdown', () => {
  test('tables, bars and sources', () => {
    const markdown = report({
      title: 'A | B',
      date: '2026-01-02T03:04:05Z',
      format: 'markdown',
      sections: [
        { title: 'Table', table: { rows: [{ name: 'x', size: 1234567 }, { name: 'y', size: 0.5 }] } },
        { title: 'Chart', chart: { kind: 'bar', title: 'Sizes', labels: ['a', 'b'], series: [{ name: 'kB', values: [50, 100] }] } },
        { title: 'Sources', sources: [{ title: 'Home [x]', url: 'https://example.org/(a)' }, { title: 'None', url: 'javascript:x' }] },
      ],
    }); // prettier-ignore
    expect(markdown).toBe(`# A \\| B

_2026-01-02_

## Table

| Name | Size |
| --- | ---: |
| x | 1,234,567 |
| y | 0.5 |

## Chart

**Sizes**

Bar chart of kB over 2 labels.

| Label | kB |  |
| --- | ---: | --- |
| a | 50 | ████████████ |
| b | 100 | ████████████████████████ |

## Sources

1. [Home \\[x\\]](<https://example.org/(a)>)
2. None
`);
  });
});

describe('any data', () => {
  const titles = (html: string): string[] =>
    Array.from(html.matchAll(/<h[2-6][^>]*>([^<]*)</g), ([, title = '']) => title).slice(1);

  test.each<[string, NonNullable<Input['data']> | null, RegExp]>([
    ['a text', 'hello', /<p>hello<\/p>/],
    ['nothing', null, /<p>–<\/p>/],
    ['an empty list', [], /Nothing\./],
    ['names and values', { meanSize: 1.5, ok: true }, /<td>Mean size<\/td><td>1\.5<\/td>.*<td>Ok<\/td><td>yes<\/td>/],
    ['like objects', [{ a: 1, b: 'x' }, { b: 'y' }], /<th scope="col" class="right">A<\/th>.*<td class="right">–<\/td><td>y<\/td>/],
    ['numbers', [1, 2, 3, 4, 5, 6, 7, 8], /<svg.*8 values in order/],
    ['words', ['x', 'y'], /<ul><li>x<\/li><li>y<\/li><\/ul>/],
    ['a link', ['https://a.b/c'], /<a href="https:\/\/a\.b\/c"/],
    ['prototype words', { constructor: 1, hasOwnProperty: 2 }, /Constructor/],
  ])('%s is laid out', (_name, data, pattern) => {
    expect(report({ title: 'T', data, format: 'html' })).toMatch(pattern);
    expect(report({ title: 'T', data, format: 'markdown' })).toContain('# T');
  }); // prettier-ignore

  test('nested objects and lists of nested objects become sections', () => {
    const data = { people: [{ name: 'Ann', tags: ['x'] }, { id: 'bob', tags: [] }, { tags: [1] }], total: 3 };
    expect(titles(report({ title: 'T', data, format: 'html' }))).toEqual([
      'Overview',
      'People',
      'Ann',
      'Tags',
      'bob',
      'Tags',
      'Item 3',
      'Tags',
    ]);
  });

  test('long tables are cut and say so; a report too large for a message is refused', () => {
    const rows = Array.from({ length: 600 }, (_, row) => ({ row }));
    expect(report({ title: 'T', data: rows, format: 'html' })).toContain('100 more rows are left out.');
    const sections = Array.from({ length: 300 }, () => ({ title: 'S', text: 'word '.repeat(2000) }));
    const output = capability.execute({ title: 'T', sections, format: 'html' });
    expect(() => capability.validate(output)).toThrow(/3\d{6} bytes/);
  });

  test('input that does not fit is refused with its path', () => {
    expect(fits({ title: 'T', format: 'pdf', sections: [{ titel: 'x' }] }).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['format', 'sections[0].titel', 'sections[0].title']),
    );
    expect(fits({ title: 'T', format: 'html' })).not.toEqual([]);
  });
});
