import { median } from '../statistics/quantile';

const mostPairs = 20_000;

/**
 * The line through a series by Theil and Sen: the median slope of pairs of points, which a third of outliers cannot bend.
 * Pairs lie half a series apart; a long series is sampled evenly.
 */
export function robustLine(values: Float64Array): Float64Array {
  const half = Math.floor(values.length / 2);
  if (half < 2) return new Float64Array(values.length).fill(median(values));
  const pairs = values.length - half;
  const step = Math.max(1, Math.ceil(pairs / mostPairs));
  const slopes: number[] = [];
  for (let start = 0; start < pairs; start += step) {
    slopes.push(((values[start + half] ?? 0) - (values[start] ?? 0)) / half);
  }
  const slope = median(slopes);
  const level = median(values.map((value, index) => value - slope * index));
  return values.map((_value, index) => level + slope * index);
}

export function minus(values: Float64Array, others: Float64Array): Float64Array {
  return values.map((value, index) => value - (others[index] ?? 0));
}
export function plus(values: Float64Array, others: Float64Array): Float64Array {
  return values.map((value, index) => value + (others[index] ?? 0));
}

/** What its neighbors let expect of each value: the median of `reach` values on either side, `stride` apart, without its own. */
export function neighborMedians(values: Float64Array, stride: number, reach: number): Float64Array {
  return values.map((value, index) => {
    const neighbors: number[] = [];
    for (let step = 1; neighbors.length < 2 * reach && step <= 2 * reach; step++) {
      const before = values[index - step * stride];
      const after = values[index + step * stride];
      if (before !== undefined) neighbors.push(before);
      if (after !== undefined) neighbors.push(after);
    }
    return neighbors.length === 0 ? value : median(neighbors);
  });
}
