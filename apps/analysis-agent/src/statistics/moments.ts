/** Central moments of standardized deviations; `scale` brings them back to the unit of the values. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Largest absolute deviation from the mean; deviations are divided by it, so no power can over- or underflow. */
  readonly scale: number;
  /** Sums of the powers of (value - mean) / scale. */
  readonly sum2: number;
  readonly sum3: number;
  readonly sum4: number;
  /** Sum of the products of neighboring standardized deviations. */
  readonly lagged: number;
}

/**
 * Two passes with compensated sums, so that values with a large common offset keep their digits
 * (NIST StRD NumAcc1 to NumAcc4). Needs at least one value.
 */
export function momentsOf(values: ArrayLike<number>): Moments {
  const mean = stableMean(values);
  const scale = largestDeviation(values, mean);
  const sums = { sum2: 0, sum3: 0, sum4: 0, lagged: 0 };
  if (scale > 0) addPowers(values, mean, scale, sums);
  return { n: values.length, mean, scale, ...sums };
}

/** The mean corrected by the mean of what is left over: exact to the last bits for shifted data. */
function stableMean(values: ArrayLike<number>): number {
  const n = values.length;
  const first = values[0] ?? Number.NaN;
  const shift = first / 2;
  // Halves and an early division keep sums of values near the largest double finite.
  const rough = 2 * (shift + compensatedSum(values, (value) => (value / 2 - shift) / n));
  return rough + compensatedSum(values, (value) => (value - rough) / n);
}

function largestDeviation(values: ArrayLike<number>, mean: number): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    largest = Math.max(largest, Math.abs((values[index] ?? 0) - mean));
  }
  return largest;
}

function addPowers(
  values: ArrayLike<number>,
  mean: number,
  scale: number,
  sums: { sum2: number; sum3: number; sum4: number; lagged: number },
): void {
  let previous = 0;
  for (let index = 0; index < values.length; index++) {
    const deviation = ((values[index] ?? 0) - mean) / scale;
    const square = deviation * deviation;
    sums.sum2 += square;
    sums.sum3 += square * deviation;
    sums.sum4 += square * square;
    sums.lagged += previous * deviation;
    previous = deviation;
  }
}

/** Neumaier's sum. */
function compensatedSum(values: ArrayLike<number>, of: (value: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let index = 0; index < values.length; index++) {
    const term = of(values[index] ?? 0);
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}
