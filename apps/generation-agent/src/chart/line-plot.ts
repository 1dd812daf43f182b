import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { element, type Markup } from '../html/markup';
import { cut } from '../report/format-value';
import { type Chart, type Series } from '../report/report';
import { type Plot, seriesColors } from './plot';
import { thinned } from './thin';
import { ticksOf, valueScale, type ValueScale } from './value-scale';

const width = 760;
const height = 300;
const frame = { left: 64, right: 16, top: 16, bottom: 34 } as const;
const mostPoints = 1500;

/** A line a series over the labels in order; gaps where values are missing, rings around those pointed out. */
export function linePlot(chart: Chart): Plot {
  const x = scaleLinear([0, Math.max(1, chart.labels.length - 1)], [frame.left, width - frame.right]);
  const y = valueScale(chart, [height - frame.bottom, frame.top]);
  const lines = chart.series.flatMap((series, which) => drawn(series, which, { x, y }));
  const legend = chart.series.length > 1 ? legendOf(chart) : [];
  return { width, height, marks: [...valueAxis(y), ...labelAxis(chart, x), ...lines, ...legend] };
}

type At = (value: number) => number;

function drawn({ values, marks }: Series, which: number, { x, y }: { readonly x: At; readonly y: At }): Markup[] {
  const path = line<readonly [number, number | null]>()
    .defined(([, value]) => isShown(value))
    .x(([place]) => Math.round(x(place) * 10) / 10)
    .y(([, value]) => Math.round(y(value ?? 0) * 10) / 10);
  const rings = marks.flatMap((place) => {
    const value = values[place];
    const at = { cx: Math.round(x(place)), cy: isShown(value) ? Math.round(y(value)) : 0 };
    return isShown(value) ? [element('circle', { ...at, r: 5, class: 'marked' })] : [];
  });
  const color = `s${which % seriesColors}`;
  return [element('path', { d: path(thinned(values, mostPoints)) ?? '', class: `${color} stroke` }), ...rings];
}

function isShown(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function valueAxis(y: ValueScale): Markup[] {
  return ticksOf(y, 6).flatMap(({ value, label }) => {
    const at = Math.round(y(value));
    return [
      element('line', { x1: frame.left, x2: width - frame.right, y1: at, y2: at, class: 'grid' }),
      element('text', { x: frame.left - 8, y: at, dy: '.35em', class: 'tick', 'text-anchor': 'end' }, label),
    ];
  });
}

function labelAxis({ labels }: Chart, x: At): Markup[] {
  const step = Math.max(1, Math.ceil(labels.length / 8));
  return labels.flatMap((label, place) =>
    place % step === 0
      ? [
          element(
            'text',
            { x: Math.round(x(place)), y: height - 12, class: 'tick', 'text-anchor': 'middle' },
            cut(label, 12),
          ),
        ]
      : [],
  );
}

function legendOf({ series }: Chart): Markup[] {
  return series.flatMap(({ name }, which) => {
    const left = frame.left + 8 + which * 130;
    return [
      element('rect', { x: left, y: 4, width: 10, height: 10, class: `s${which % seriesColors}` }),
      element('text', { x: left + 15, y: 13, class: 'tick' }, cut(name, 18)),
    ];
  });
}
