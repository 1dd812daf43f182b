import { type JsonValue } from '@baton/contracts';
import { formatValue } from './format-value';
import { layOut } from './from-data';
import { type Block, type Chart, type Section, type Source } from './report';
import { type GivenColumn, type GivenRow, tableOf } from './table';

/** A section as the author of a report writes it; its parts are shown in this order. */
export interface GivenSection {
  readonly title: string;
  readonly text?: string;
  readonly figures?: readonly { readonly label: string; readonly value: JsonValue; readonly note?: string }[];
  readonly chart?: GivenChart;
  readonly list?: readonly JsonValue[];
  readonly table?: { readonly columns?: readonly GivenColumn[]; readonly rows: readonly GivenRow[] };
  readonly data?: JsonValue;
  readonly sources?: readonly Source[];
  readonly sections?: readonly GivenSection[];
}

interface GivenChart {
  readonly kind: 'bar' | 'line';
  readonly title: string;
  readonly description?: string;
  readonly labels: readonly (string | number)[];
  readonly series: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
    readonly marks?: readonly number[];
  }[];
  readonly unit?: string;
  readonly scale?: 'linear' | 'log';
}

/** The section with its parts made ready to render. */
export function sectionOf(given: GivenSection): Section {
  const data = given.data === undefined ? { blocks: [], sections: [] } : layOut(given.data, 1);
  return {
    title: given.title,
    blocks: [...ownBlocks(given), ...data.blocks, ...sourceBlocks(given.sources ?? [])],
    sections: [...data.sections, ...(given.sections ?? []).map(sectionOf)],
  };
}

function ownBlocks({ text, figures, chart, list, table }: GivenSection): Block[] {
  const blocks: Block[] = [];
  if (text !== undefined) blocks.push({ kind: 'text', paragraphs: paragraphsOf(text) });
  if (figures && figures.length > 0) {
    blocks.push({
      kind: 'figures',
      figures: figures.map((figure) => ({ ...figure, value: formatValue(figure.value) })),
    });
  }
  if (chart) blocks.push({ kind: 'chart', ...chartOf(chart) });
  if (list && list.length > 0) blocks.push({ kind: 'list', items: list.map((item) => formatValue(item, 2000)) });
  if (table) blocks.push({ kind: 'table', ...tableOf(table.rows, table.columns) });
  return blocks;
}

function chartOf({ kind, scale = 'linear', labels, series, ...rest }: GivenChart): Chart {
  const named = series.map((given) => ({ ...given, marks: given.marks ?? [] }));
  return { ...rest, shape: kind, scale, labels: labels.map(String), series: named };
}

function sourceBlocks(sources: readonly Source[]): Block[] {
  return sources.length > 0 ? [{ kind: 'sources', sources }] : [];
}

function paragraphsOf(text: string): string[] {
  return text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}
