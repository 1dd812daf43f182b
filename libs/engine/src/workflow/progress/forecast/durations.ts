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
export function drawDuration(stats: DurationStats, uniform: () => number): DurationDraw {
  const { count, meanLog } = stats;
  const { variance, freedom } = beliefOf(stats);
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

/**
 * What is known, with those that have been running for so long: the short ones have ended first, so that without the
 * others work would seem shorter than it is. Each counts as what it is expected to take.
 */
export function withRunning(stats: DurationStats, elapsedMs: readonly number[]): DurationStats {
  const sigma = Math.sqrt(beliefOf(stats).variance);
  const open = elapsedMs.map((elapsed) => expectedLog(stats.meanLog, sigma, elapsed));
  const count = stats.count + open.length;
  const meanLog = (stats.count * stats.meanLog + open.reduce((sum, { mean }) => sum + mean, 0)) / count;
  const spread = open.reduce(
    (sum, { mean, variance }) => sum + variance + (mean - meanLog) ** 2,
    (stats.count - 1) * stats.varianceLog + stats.count * (stats.meanLog - meanLog) ** 2,
  );
  return { count, meanLog, varianceLog: count > 1 ? spread / (count - 1) : 0 };
}

/** Mean and variance of the logarithm of a duration that is longer than `elapsedMs`. */
function expectedLog(mu: number, sigma: number, elapsedMs: number): { mean: number; variance: number } {
  const z = Math.max(-6, Math.min(6, (Math.log(Math.max(1e-3, elapsedMs)) - mu) / sigma));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const hazard = density / Math.max(1e-12, 1 - normalBelow(z));
  return { mean: mu + sigma * hazard, variance: sigma ** 2 * Math.max(0, 1 + z * hazard - hazard ** 2) };
}

function beliefOf({ count, varianceLog }: DurationStats): { readonly variance: number; readonly freedom: number } {
  const freedom = count - 1 + PRIOR_WEIGHT;
  return { variance: (PRIOR_WEIGHT * PRIOR_VARIANCE + (count - 1) * varianceLog) / freedom, freedom };
}

/** Wilson and Hilferty. */
function chiSquare(freedom: number, uniform: () => number): number {
  const part = 2 / (9 * freedom);
  return freedom * Math.max(0.05, 1 - part + Math.sqrt(part) * normal(uniform)) ** 3;
}
