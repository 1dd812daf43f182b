import MarkdownIt from 'markdown-it';
import { escapeMarkdown } from './escape-markdown';

const reader = new MarkdownIt('default', { html: true, linkify: false });

test.each([
  '<script>alert(1)</script>', '[x](javascript:alert(1))', '![x](http://a.b)', '*bold* _it_ `code` ~~gone~~', '# title', '- item',
  '1. one', '2) two', '> quote', '---', '===', '| a | b |', '&lt;b&gt; &#60;', 'a\\*b', '<http://a.b>', 'snake_case_name', '~~~', '+ x',
  '    indented', '[ref]: http://a.b', 'a & b', 'line\nbreak', ':--- | :---',
])('%s is shown as it is', (text) => {
  const shown = reader.parse(escapeMarkdown(text), {});
  expect(shown.map((token) => token.type)).toEqual(['paragraph_open', 'inline', 'paragraph_close']);
  expect(shown[1]!.children!.every((child) => child.type === 'text' || child.type === 'text_special')).toBe(true);
  expect(shown[1]!.children!.map((child) => child.content).join('')).toBe(text.replace(/\s+/g, ' ').trim());
}); // prettier-ignore
