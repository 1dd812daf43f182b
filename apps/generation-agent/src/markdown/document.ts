import { chartTable } from '../chart/chart-table';
import { describeChart } from '../chart/chart-svg';
import { type Block, type Chart, type Report, type Section, type Source, type Table } from '../report/report';
import { safeLink } from '../report/safe-link';
import { escapeMarkdown } from './escape-markdown';

const escape = escapeMarkdown;
const barLength = 24;

/** The report as GitHub-flavored Markdown. All its texts are escaped; charts become tables with bars of characters. */
export function markdownReport({ title, subtitle, date, sections }: Report): string {
  const day = date.toISOString().slice(0, 10);
  const intro = subtitle === undefined ? `_${day}_` : `${escape(subtitle)} · _${day}_`;
  return `${[`# ${escape(title)}`, intro, ...sections.flatMap((section) => sectionLines(section, 2))].join('\n\n')}\n`;
}

function sectionLines({ title, blocks, sections }: Section, level: number): string[] {
  const heading = `${'#'.repeat(Math.min(level, 6))} ${escape(title)}`;
  return [heading, ...blocks.map(blockLines), ...sections.flatMap((inner) => sectionLines(inner, level + 1))];
}

function blockLines(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.paragraphs.map(escape).join('\n\n');
    case 'list':
      return block.items.map((item) => `- ${escape(item)}`).join('\n');
    case 'figures':
      return block.figures
        .map(({ label, value, note }) => `- **${escape(value)}** ${escape(label)}${note ? ` (${escape(note)})` : ''}`)
        .join('\n');
    case 'table':
      return tableLines(block);
    case 'chart':
      return chartLines(block);
    case 'sources':
      return block.sources.map((source, place) => `${place + 1}. ${sourceLine(source)}`).join('\n');
  }
}

function tableLines({ columns, rows, omitted }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = line(columns.map(({ title }) => escape(title)));
  const rule = line(columns.map(({ align }) => (align === 'right' ? '---:' : '---')));
  const body = rows.map((row) => line(row.map(escape)));
  return [head, rule, ...body, ...(omitted > 0 ? ['', `${omitted} more rows are left out.`] : [])].join('\n');
}

function chartLines(chart: Chart): string {
  const unit = chart.unit === undefined ? '' : ` (${escape(chart.unit)})`;
  const table = chartTable(chart);
  const withBars: Table = {
    ...table,
    columns: [...table.columns, { title: ' ', align: 'left' }],
    rows: barRows(chart, table),
  };
  return [`**${escape(chart.title)}**${unit}`, escape(describeChart(chart)), tableLines(withBars)].join('\n\n');
}

/** The first series drawn with blocks, on the scale of the chart. */
function barRows(chart: Chart, { rows }: Table): string[][] {
  const values = (chart.series[0]?.values ?? []).map((value) => (value !== null && value > 0 ? value : 0));
  const sized = chart.scale === 'log' ? values.map((value) => Math.log1p(value)) : values;
  const largest = sized.reduce((most, value) => Math.max(most, value), 0);
  return rows.map((row, place) => {
    const share = largest > 0 ? (sized[place] ?? 0) / largest : 0;
    return [...row, '█'.repeat(Math.round(share * barLength))];
  });
}

function sourceLine({ title, url, note }: Source): string {
  const href = url === undefined ? undefined : safeLink(url);
  const name =
    href === undefined ? escape(title) : `[${escape(title)}](<${href.replace(/[<>\\]/g, encodeURIComponent)}>)`;
  return note === undefined ? name : `${name} – ${escape(note)}`;
}
