import { medianAbsoluteDeviation } from '../statistics/quantile';

/** A MAD times this is the sd of a normal sample; so is a mean absolute deviation times the other. */
const madToSd = 1.482602218505602;
const meanDeviationToSd = 1.2533141373155003;

/**
 * The spread of residuals around zero, in sd units, hardly moved by outliers. When over half of them are zero
 * the median says nothing and the mean absolute deviation takes its place (Iglewicz and Hoaglin). Zero: no spread.
 */
export function robustScale(residuals: Float64Array): number {
  const scale = madToSd * medianAbsoluteDeviation(residuals, 0);
  const largest = residuals.reduce((most, residual) => Math.max(most, Math.abs(residual)), 0);
  if (scale > largest * 1e-12) return scale;
  const total = residuals.reduce((sum, residual) => sum + Math.abs(residual), 0);
  return (meanDeviationToSd * total) / residuals.length;
}

/** The residuals of values that scatter around one center. */
export function residualsAround(values: Float64Array, center: number): Float64Array {
  return values.map((value) => value - center);
}
