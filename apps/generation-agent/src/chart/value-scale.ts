import { extent } from 'd3-array';
import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';
import { type Chart } from '../report/report';

export type ValueScale = ScaleContinuousNumeric<number, number>;

function valuesOf({ series }: Chart): number[] {
  return series.flatMap(({ values }) => values.filter((value) => value !== null && Number.isFinite(value)) as number[]);
}

/** Zero and below have no logarithm: with such values a chart stays linear. */
export function isLogarithmic(chart: Chart): boolean {
  return chart.scale === 'log' && valuesOf(chart).every((value) => value > 0);
}

/** Values to pixels. Bars start at zero, lines where the data start; a log scale is used only if all values are above 0. */
export function valueScale(chart: Chart, range: readonly [number, number]): ValueScale {
  const values = valuesOf(chart);
  const [least = 0, most = 1] = extent(values);
  if (isLogarithmic(chart)) {
    return scaleLog([least === most || chart.shape === 'bar' ? least / 2 : least, most], range).nice();
  }
  const low = chart.shape === 'bar' ? Math.min(0, least) : least;
  const high = chart.shape === 'bar' ? Math.max(0, most) : most;
  return scaleLinear(low === high ? [low - 1, high + 1] : [low, high], range).nice(5);
}

/** Tick values with their labels, few enough to read. */
export function ticksOf(scale: ValueScale, count: number): { readonly value: number; readonly label: string }[] {
  const [low = 0, high = 1] = scale.domain();
  const wide = Math.max(Math.abs(low), Math.abs(high)) >= 10_000;
  const format = scale.tickFormat(count, wide ? '~s' : undefined);
  return scale.ticks(count).flatMap((value) => (format(value) === '' ? [] : [{ value, label: format(value) }]));
}
