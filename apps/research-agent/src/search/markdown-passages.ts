import MarkdownIt, { type Token } from 'markdown-it';

/** A paragraph, list item, table cell, code block or heading of a text, without its markup. */
export interface Passage {
  readonly kind: 'heading' | 'prose' | 'code';
  readonly text: string;
  /** Of a heading: 1 for the largest. */
  readonly level?: number;
}

const typed = new MarkdownIt('default', { html: false, linkify: false });
const withHtml = new MarkdownIt('default', { html: true, linkify: false });

/** The passages of a text in order. Plain text is Markdown with paragraphs only; angle brackets stay as they are. */
export function passagesOf(text: string): Passage[] {
  return read(typed.parse(text, {}));
}

/** The same for a Markdown file, whose HTML is markup: tags vanish, the text between them stays. */
export function passagesOfFile(markdown: string): Passage[] {
  return read(withHtml.parse(markdown, {}));
}

function read(tokens: readonly Token[]): Passage[] {
  const passages: Passage[] = [];
  let level: number | undefined;
  for (const token of tokens) {
    if (token.type === 'heading_open') level = Number(token.tag.slice(1));
    else if (token.type === 'heading_close') level = undefined;
    const text = textOf(token)
      .replace(/[ \t]+/g, ' ')
      .trim();
    if (text === '') continue;
    passages.push(
      level === undefined ? { kind: isCode(token) ? 'code' : 'prose', text } : { kind: 'heading', text, level },
    );
  }
  return passages;
}

function textOf(token: Token): string {
  switch (token.type) {
    case 'inline':
      return (token.children ?? []).map(inlineText).join('');
    case 'html_block':
      return withoutTags(token.content);
    case 'fence':
    case 'code_block':
      return token.content;
    default:
      return '';
  }
}

/** Images say nothing here: most are badges. */
function inlineText(token: Token): string {
  if (token.type === 'softbreak' || token.type === 'hardbreak') return ' ';
  return token.type === 'text' || token.type === 'code_inline' ? token.content : '';
}

function isCode(token: Token): boolean {
  return token.type === 'fence' || token.type === 'code_block';
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
};

function withoutTags(html: string): string {
  return withoutComments(html)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|nbsp);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, ' ');
}

/** By hand and not by a regular expression: those take quadratic time over comments that never end. */
function withoutComments(html: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let start = html.indexOf('<!--'); start >= 0; start = html.indexOf('<!--', from)) {
    kept.push(html.slice(from, start));
    const end = html.indexOf('-->', start + 4);
    if (end < 0) return kept.join(' ');
    from = end + 3;
  }
  return [...kept, html.slice(from)].join(' ');
}
