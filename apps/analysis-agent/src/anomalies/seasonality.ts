import { median } from '../statistics/quantile';
import { residualsAround, robustScale } from './robust-scale';

/** A peak of the autocorrelation below this is not taken for a season. */
const weakestSeason = 0.4;
/** A multiple of the period may peak a little higher by chance; the shortest lag this close to the best wins. */
const nearlyBest = 0.9;
/** Multiplications spent on the search; long series look at fewer lags. */
const work = 100_000_000;

export interface Season {
  readonly period: number;
  readonly strength: number;
}

/**
 * The period of a series without trend: the lag where its autocorrelation peaks after a dip, seen at least three times.
 * Undefined when there is none. Outliers are clipped first so that a single one neither makes nor hides a season.
 */
export function findSeason(detrended: Float64Array): Season | undefined {
  const values = clipped(detrended);
  const longest = Math.min(Math.floor(values.length / 3), Math.floor(work / values.length));
  const correlations = autocorrelations(values, longest + 1);
  const peaks = peaksAfterDip(correlations, longest);
  const best = Math.max(...peaks.map((lag) => correlations[lag] ?? 0), 0);
  const chance = 3 / Math.sqrt(values.length);
  if (best < Math.max(weakestSeason, chance)) return undefined;
  const period = peaks.find((lag) => (correlations[lag] ?? 0) >= best * nearlyBest);
  return period === undefined ? undefined : { period, strength: correlations[period] ?? 0 };
}

/** Correlation of the series with itself `lag` steps later, for lags 0 to `longest`. Even of a constant: zeros. */
export function autocorrelations(values: Float64Array, longest: number): Float64Array {
  const energy = values.reduce((sum, value) => sum + value * value, 0);
  const found = new Float64Array(longest + 1);
  if (energy === 0) return found;
  for (let lag = 0; lag <= longest; lag++) {
    let product = 0;
    for (let index = lag; index < values.length; index++) product += (values[index] ?? 0) * (values[index - lag] ?? 0);
    // Corrected for the terms a longer lag lacks, or seasons seen few times would look weak.
    found[lag] = (product / energy) * (values.length / (values.length - lag));
  }
  return found;
}

/** Lags that stand above both neighbors, once the correlation has fallen from its start: slow drift is no season. */
function peaksAfterDip(correlations: Float64Array, longest: number): number[] {
  const peaks: number[] = [];
  let lowest = 1;
  for (let lag = 1; lag <= longest; lag++) {
    const here = correlations[lag] ?? 0;
    const before = correlations[lag - 1] ?? 0;
    const after = correlations[lag + 1] ?? 0;
    if (lag >= 2 && here > before && here >= after && lowest < here / 2) peaks.push(lag);
    lowest = Math.min(lowest, here);
  }
  return peaks;
}

function clipped(values: Float64Array): Float64Array {
  const residuals = residualsAround(values, median(values));
  const limit = 3 * robustScale(residuals);
  const kept = residuals.map((residual) => Math.max(-limit, Math.min(limit, residual)));
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  return kept.map((value) => value - mean);
}
