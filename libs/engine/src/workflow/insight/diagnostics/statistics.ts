import { quantile } from '../results/figures';

/** Whether something is out of proportion to what is usual. */
export interface Deviation {
  readonly usualMs: number;
  readonly times: number;
  /** Robust standard deviations of the logarithm. */
  readonly z: number;
}

const OUTLIER = 3.5;
/** Spreads are not believed to be smaller than this: a few equal durations are chance. */
const LEAST_SIGMA = 0.15;
/** Differences nobody minds. */
const LEAST_MS = 100;
const ENOUGH = 5;

/** Undefined: it is within what is usual, or too little is known. Durations are compared by their logarithms. */
export function deviationOf(ms: number, usual: readonly number[], leastTimes: number): Deviation | undefined {
  if (usual.length < ENOUGH) return undefined;
  const logs = sorted(usual.map((one) => Math.log(Math.max(1, one))));
  const median = quantile(logs, 0.5);
  const spread = quantile(sorted(logs.map((log) => Math.abs(log - median))), 0.5);
  const z = (Math.log(Math.max(1, ms)) - median) / Math.max(LEAST_SIGMA, 1.4826 * spread);
  const usualMs = Math.exp(median);
  const isOut = z > OUTLIER && ms - usualMs >= LEAST_MS && ms / usualMs >= leastTimes;
  return isOut ? { usualMs, times: ms / usualMs, z } : undefined;
}

/** The probability of at least `hits` of `tries` when each hits with probability `p`: the exact binomial test. */
export function binomialTail(hits: number, tries: number, p: number): number {
  let tail = 0;
  for (let count = hits; count <= tries; count += 1) {
    tail += Math.exp(logChoose(tries, count) + count * Math.log(p) + (tries - count) * Math.log1p(-p));
  }
  return Math.min(1, tail);
}

export function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}

function logChoose(of: number, count: number): number {
  let log = 0;
  for (let n = 1; n <= count; n += 1) log += Math.log((of - count + n) / n);
  return log;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((one, other) => one - other);
}
