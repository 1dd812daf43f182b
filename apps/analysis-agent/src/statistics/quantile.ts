/** The p-quantile of an ascending list by linear interpolation (type 7: the default of R, NumPy and Excel). */
export function quantile(ascending: ArrayLike<number>, p: number): number {
  const position = (ascending.length - 1) * p;
  const below = Math.floor(position);
  const low = ascending[below] ?? Number.NaN;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] ?? Number.NaN;
  const share = position - below;
  // Weighted rather than low + share * (high - low): the difference of two huge values may overflow.
  return share === 0 ? low : low * (1 - share) + high * share;
}

/** The values in ascending order, as a copy. */
export function ascending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

export function median(values: ArrayLike<number>): number {
  return quantile(ascending(values), 0.5);
}

/** Median of the absolute deviations from `center`, not scaled. */
export function medianAbsoluteDeviation(values: ArrayLike<number>, center: number): number {
  return median(Float64Array.from(values, (value) => Math.abs(value - center)));
}
