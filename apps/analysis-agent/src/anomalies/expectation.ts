import { median, quantile, ascending } from '../statistics/quantile';
import { momentsOf } from '../statistics/moments';
import { residualsAround, robustScale } from './robust-scale';
import { minus, neighborMedians, plus, robustLine } from './trend';

/** What each value was expected to be and how far off it is, in sd units; the sign says to which side. */
export interface Expectation {
  readonly expected: Float64Array;
  readonly scores: Float64Array;
}

const none = (length: number): Float64Array => new Float64Array(length);

function scored(values: Float64Array, expected: Float64Array, scale: number): Expectation {
  const residuals = minus(values, expected);
  return { expected, scores: scale > 0 ? residuals.map((residual) => residual / scale) : none(values.length) };
}

/** Distance from the mean in standard deviations. An outlier widens its own yardstick: prefer mad. */
export function byZscore(values: Float64Array): Expectation {
  const { mean, scale, sum2, n } = momentsOf(values);
  return scored(values, none(n).fill(mean), n > 1 ? scale * Math.sqrt(sum2 / (n - 1)) : 0);
}

/** Distance from the median in robust standard deviations. */
export function byMad(values: Float64Array): Expectation {
  const center = median(values);
  return scored(values, none(values.length).fill(center), robustScale(residualsAround(values, center)));
}

/** The same with a spread of its own for each side of the median: a long tail on one side is not all anomalies. */
export function byMadOfEachSide(values: Float64Array): Expectation {
  const center = median(values);
  const residuals = residualsAround(values, center);
  const [below, above] = [residuals.filter((one) => one <= 0), residuals.filter((one) => one >= 0)].map(robustScale);
  const scoreOf = (residual: number): number => {
    const scale = (residual < 0 ? below : above) ?? 0;
    return scale > 0 ? residual / scale : 0;
  };
  return { expected: none(values.length).fill(center), scores: residuals.map(scoreOf) };
}

/** Distance beyond the nearer quartile, such that Tukey's fence of 1.5 IQR scores 3.5; inside the box: 0. */
export function byIqr(values: Float64Array): Expectation {
  const sorted = ascending(values);
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const unit = (q3 - q1) * (1.5 / 3.5);
  const expected = none(values.length).fill(quantile(sorted, 0.5));
  if (unit <= 0) return byMad(values);
  return { expected, scores: values.map((value) => (value > q3 ? value - q3 : Math.min(0, value - q1)) / unit) };
}

/** Distance from what the neighbors in time let expect: a slow drift or a new level is no anomaly. */
export function byTrend(values: Float64Array): Expectation {
  return byNeighbors(values, 1, 5);
}

/** Distance from the same phase of the neighboring periods. */
export function bySeason(values: Float64Array, period: number): Expectation {
  return byNeighbors(values, period, 3);
}

/** What is below this share of the whole spread is no anomaly, however regular the series is. */
const smallestScale = 0.05;

function byNeighbors(values: Float64Array, stride: number, reach: number): Expectation {
  const line = robustLine(values);
  const detrended = minus(values, line);
  const expected = plus(line, neighborMedians(detrended, stride, reach));
  const floor = smallestScale * robustScale(residualsAround(detrended, median(detrended)));
  return scored(values, expected, Math.max(floor, robustScale(minus(values, expected))));
}
