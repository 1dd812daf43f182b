import { scaleBand } from 'd3-scale';
import { element, type Markup } from '../html/markup';
import { cut, formatNumber } from '../report/format-value';
import { type Chart } from '../report/report';
import { type Plot, seriesColors } from './plot';
import { isLogarithmic, ticksOf, valueScale, type ValueScale } from './value-scale';

const mostBars = 60;
const width = 760;
const labelWidth = 215;
const valueWidth = 70;
const top = 26;

/** Lying bars, so that long names can be read; one row a label, the bars of several series below each other. */
export function barPlot(chart: Chart): Plot {
  const labels = chart.labels.slice(0, mostBars);
  const rowHeight = Math.max(22, 12 * chart.series.length + 8);
  const height = top + labels.length * rowHeight + 8;
  const x = valueScale(chart, [labelWidth, width - valueWidth]);
  const rows = scaleBand(
    labels.map((_label, place) => place),
    [top, height - 8],
  ).paddingInner(0.25);
  const bars = scaleBand(
    chart.series.map((_series, place) => place),
    [0, rows.bandwidth()],
  );
  const marks = labels.flatMap((label, row) => {
    const y = rows(row) ?? 0;
    const middle = y + rows.bandwidth() / 2;
    const name = element(
      'text',
      { x: labelWidth - 8, y: middle, class: 'label', 'text-anchor': 'end', dy: '.35em' },
      cut(label, 28),
    );
    const drawn = chart.series.map((_series, which) =>
      bar(chart, [row, which], x, [y + (bars(which) ?? 0), bars.bandwidth()]),
    );
    return [name, ...drawn.flat()];
  });
  return { width, height, marks: [...grid(x, height), ...marks] };
}

function bar(
  chart: Chart,
  [row, which]: readonly [number, number],
  x: ValueScale,
  [y, thickness]: readonly [number, number],
): Markup[] {
  const value = chart.series[which]?.values[row];
  if (value === null || value === undefined || !Number.isFinite(value)) return [];
  const origin = isLogarithmic(chart) ? (x.domain()[0] ?? 1) : 0;
  const [from, to] = [x(origin), x(value)].sort((a, b) => a - b) as [number, number];
  const marked = chart.series[which]?.marks.includes(row) ? ' marked' : '';
  const shape = { x: round(from), y: round(y), width: round(Math.max(1, to - from)), height: round(thickness), rx: 2 };
  return [
    element('rect', { ...shape, class: `s${which % seriesColors}${marked}` }),
    element(
      'text',
      { x: round(to) + 5, y: round(y + thickness / 2), dy: '.35em', class: 'value' },
      formatNumber(value),
    ),
  ];
}

function grid(x: ValueScale, height: number): Markup[] {
  return ticksOf(x, 6).flatMap(({ value, label }) => {
    const at = round(x(value));
    return [
      element('line', { x1: at, x2: at, y1: top - 6, y2: height - 8, class: 'grid' }),
      element('text', { x: at, y: top - 10, class: 'tick', 'text-anchor': 'middle' }, label),
    ];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
