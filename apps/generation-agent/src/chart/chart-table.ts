import { type Chart, type Table } from '../report/report';
import { tableOf } from '../report/table';

/** The figures behind a chart. */
export function chartTable({ labels, series }: Chart): Table {
  const rows = labels.map((label, place) => [label, ...series.map(({ values }) => values[place] ?? null)]);
  return tableOf(rows, [{ title: 'Label' }, ...series.map(({ name }) => ({ title: name }))]);
}
