import { normal, normalAt, normalBelow } from './normal';

/** What is known of how long one kind of work takes: of the logarithms of milliseconds. */
export interface DurationStats {
  /** How many there were; at least one. */
  readonly count: number;
  readonly meanLog: number;
  /** Variance over the sample; of no meaning for one. */
  readonly varianceLog: number;
}

/** One guess at how long they take: log-normal with these parameters. */
export interface DurationDraw {
  readonly mu: number;
  readonly sigma: number;
}

/** What is believed of the spread before anything is known, with the weight of so many durations. */
const PRIOR_VARIANCE = 0.25;
const PRIOR_WEIGHT = 2;
const MAX_SIGMA = 3;
/** So far out the formula for the rest of a duration is not exact any more. */
const FAR = 0.9999;

/**
 * A guess that fits what is known: the less that is, the more guesses differ. So an interval over many guesses is
 * honest with few durations, too.
 */
export function drawDuration({ count, meanLog, varianceLog }: DurationStats, uniform: () => number): DurationDraw {
  const freedom = count - 1 + PRIOR_WEIGHT;
  const variance = (PRIOR_WEIGHT * PRIOR_VARIANCE + (count > 1 ? (count - 1) * varianceLog : 0)) / freedom;
  const sigma = Math.min(MAX_SIGMA, Math.sqrt((variance * freedom) / chiSquare(freedom, uniform)));
  return { mu: meanLog + (sigma / Math.sqrt(count)) * normal(uniform), sigma };
}

/** Milliseconds of something that starts. */
export function durationOf({ mu, sigma }: DurationDraw, uniform: () => number): number {
  return Math.exp(mu + sigma * normal(uniform));
}

/** Milliseconds that are left of something that has been running for `elapsedMs`. */
export function restOf({ mu, sigma }: DurationDraw, elapsedMs: number, uniform: () => number): number {
  if (elapsedMs <= 0) return durationOf({ mu, sigma }, uniform);
  const z = (Math.log(elapsedMs) - mu) / sigma;
  const passed = normalBelow(z);
  // Longer than nearly all: what is left is about the elapsed time over how far out it is.
  if (passed > FAR) return ((elapsedMs * sigma) / z) * -Math.log(1 - uniform());
  const p = passed + (1 - passed) * uniform();
  return Math.max(0, Math.exp(mu + sigma * normalAt(Math.min(1 - 1e-9, Math.max(1e-9, p)))) - elapsedMs);
}

/** Wilson and Hilferty. */
function chiSquare(freedom: number, uniform: () => number): number {
  const part = 2 / (9 * freedom);
  return freedom * Math.max(0.05, 1 - part + Math.sqrt(part) * normal(uniform)) ** 3;
}
