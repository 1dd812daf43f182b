import { chartSvg } from '../chart/chart-svg';
import { chartTable } from '../chart/chart-table';
import { type Block, type Chart, type Figure, type Source, type Table } from '../report/report';
import { safeLink } from '../report/safe-link';
import { type Child, element, type Markup } from './markup';

/** One block of a section; `id` is unique on the page. */
export function renderBlock(block: Block, id: string): Child {
  switch (block.kind) {
    case 'text':
      return block.paragraphs.map((paragraph) => element('p', {}, paragraph));
    case 'list':
      return element(
        'ul',
        {},
        block.items.map((item) => element('li', {}, linked(item))),
      );
    case 'figures':
      return element('dl', { class: 'figures' }, block.figures.map(figureTile));
    case 'table':
      return tableOf(block, 'Table');
    case 'chart':
      return chartFigure(block, id);
    case 'sources':
      return element('ol', { class: 'sources' }, block.sources.map(sourceEntry));
  }
}

function figureTile({ label, value, note }: Figure): Markup {
  const small = note === undefined ? undefined : element('dd', { class: 'note' }, note);
  return element('div', {}, element('dt', {}, label), element('dd', {}, value), small);
}

function tableOf({ columns, rows, omitted }: Table, name: string): Child {
  const side = (place: number): string | undefined => (columns[place]?.align === 'right' ? 'right' : undefined);
  const head = columns.map(({ title }, place) => element('th', { scope: 'col', class: side(place) }, title));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell, place) => element('td', { class: side(place) }, linked(cell))),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, body));
  const left = omitted > 0 ? element('p', { class: 'left-out' }, `${omitted} more rows are left out.`) : undefined;
  return [element('div', { class: 'scroll', role: 'region', 'aria-label': name, tabindex: 0 }, table), left];
}

/** The picture, and its figures for those who want them exact or cannot see it. */
function chartFigure(chart: Chart, id: string): Markup {
  const unit = chart.unit === undefined ? '' : ` (${chart.unit})`;
  const figures = element('details', {}, element('summary', {}, 'Figures'), tableOf(chartTable(chart), chart.title));
  return element('figure', {}, element('figcaption', {}, `${chart.title}${unit}`), chartSvg(chart, id), figures);
}

function sourceEntry({ title, url, note }: Source): Markup {
  const href = url === undefined ? undefined : safeLink(url);
  const name = href === undefined ? title : link(href, title);
  return element('li', {}, name, note === undefined ? undefined : element('small', {}, note));
}

/** A cell or item that is a web address as a whole can be followed. */
function linked(text: string): Child {
  const href = /^https?:\/\//.test(text) ? safeLink(text) : undefined;
  return href === undefined ? text : link(href, text);
}

function link(href: string, text: string): Markup {
  return element('a', { href, rel: 'noopener noreferrer' }, text);
}
