import { momentsOf, type Moments } from './moments';
import { ascending, quantile } from './quantile';

/** Figures that a sample is too small or too even for are null. */
export interface Description {
  readonly n: number;
  readonly mean: number;
  readonly sd: number | null;
  readonly variance: number | null;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  readonly autocorrelation: number | null;
}

/**
 * Describes a sample of at least one finite value. Variance and sd divide by n - 1. Quartiles interpolate linearly (type 7).
 * Skewness is the adjusted Fisher-Pearson G1, kurtosis the adjusted excess G2 (0 for a normal sample), as in Excel, SAS
 * and pandas. Autocorrelation is that of lag 1 in the given order, as NIST defines it.
 */
export function describeValues(values: readonly number[]): Description {
  const sorted = ascending(values);
  const moments = momentsOf(values);
  const { n, scale, sum2 } = moments;
  const unitVariance = n > 1 ? sum2 / (n - 1) : null;
  return {
    n,
    mean: moments.mean,
    sd: unitVariance === null ? null : scale * Math.sqrt(unitVariance),
    variance: unitVariance === null ? null : scale * scale * unitVariance,
    min: quantile(sorted, 0),
    q1: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    q3: quantile(sorted, 0.75),
    max: quantile(sorted, 1),
    skewness: adjustedSkewness(moments),
    kurtosis: adjustedExcessKurtosis(moments),
    autocorrelation: n > 1 && sum2 > 0 ? moments.lagged / sum2 : null,
  };
}

/** G1 of a sample; null below three values and for constants. */
export function adjustedSkewnessOf(values: ArrayLike<number>): number | null {
  return adjustedSkewness(momentsOf(values));
}

function adjustedSkewness({ n, sum2, sum3 }: Moments): number | null {
  if (n < 3 || sum2 === 0) return null;
  const g1 = sum3 / n / (sum2 / n) ** 1.5;
  return (g1 * Math.sqrt(n * (n - 1))) / (n - 2);
}

function adjustedExcessKurtosis({ n, sum2, sum4 }: Moments): number | null {
  if (n < 4 || sum2 === 0) return null;
  const g2 = sum4 / n / (sum2 / n) ** 2 - 3;
  return ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * g2 + 6);
}
