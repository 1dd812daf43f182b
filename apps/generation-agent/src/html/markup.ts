/** Markup that is safe to put into a page: made by `element`, never by hand. */
export interface Markup {
  readonly html: string;
}
export type Child = Markup | string | number | undefined | readonly Child[];
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const empty = new Set(['meta', 'link', 'br', 'hr', 'img', 'line', 'rect', 'path', 'circle']);
/** Control characters that neither HTML nor XML allows. */
const forbidden = /(?![\t\n\r])\p{Cc}/gu;
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML and XML show it, in content and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** One element. Strings among its children and attributes are escaped; only other elements get in as they are. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) => {
    if (value === undefined || value === false) return '';
    return value === true ? ` ${key}` : ` ${key}="${escapeHtml(String(value))}"`;
  });
  const open = `<${name}${written.join('')}>`;
  return { html: empty.has(name) ? open.replace(/>$/, '/>') : `${open}${render(children)}</${name}>` };
}

function render(child: Child): string {
  if (child === undefined) return '';
  if (typeof child === 'string' || typeof child === 'number') return escapeHtml(String(child));
  return 'html' in child ? child.html : child.map(render).join('');
}
