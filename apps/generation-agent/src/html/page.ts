import { type Report } from '../report/report';
import { contentsOf, numbered, type NumberedSection } from '../report/numbering';
import { renderBlock } from './block';
import { type Child, element, type Markup } from './markup';
import { pageStyle } from './style';

/** Even if markup slipped in somewhere, nothing of it could run or be fetched. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The report as one self-contained HTML page. All its texts are escaped. */
export function htmlReport(report: Report): string {
  const sections = numbered(report.sections);
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('title', {}, report.title),
    { html: `<style>${pageStyle}</style>` },
  );
  const body = element(
    'body',
    { class: sections.length < 2 ? 'single' : undefined },
    navigation(sections),
    element('main', {}, header(report), sections.map(section)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).html}\n`;
}

function header({ title, subtitle, date }: Report): Markup {
  const day = element('time', { datetime: date.toISOString() }, date.toISOString().slice(0, 10));
  return element('header', {}, element('h1', {}, title), element('p', {}, subtitle && `${subtitle} · `, day));
}

function navigation(sections: readonly NumberedSection[]): Child {
  if (sections.length < 2) return undefined;
  return element(
    'nav',
    { 'aria-label': 'Contents' },
    element('div', {}, element('h2', {}, 'Contents'), entries(contentsOf(sections))),
  );
}

function entries(sections: readonly NumberedSection[]): Child {
  if (sections.length === 0) return undefined;
  return element(
    'ol',
    {},
    sections.map(({ id, title, sections: inner }) =>
      element('li', {}, element('a', { href: `#${id}` }, title), entries(inner)),
    ),
  );
}

function section({ id, level, title, blocks, sections }: NumberedSection): Markup {
  const heading = element(`h${Math.min(level + 1, 6)}`, { id: `${id}-title` }, title);
  const shown = blocks.map((block, place) => renderBlock(block, `${id}-${place}`));
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, shown, sections.map(section));
}
