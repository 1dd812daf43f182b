import { type ForecastPlan } from './plan';
import { simulate } from './simulate';

/** Milliseconds until the end: the middle, and what it lies between in about eight of ten cases. */
export interface Forecast {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** Jobs that are played over all, whatever the size of the plan: its cost is bounded. */
const MOST_JOBS = 60_000;
const FEWEST_PLAYS = 16;
const MOST_PLAYS = 100;
/** Of the standard normal distribution, at 90 %. */
const NINETY = 1.2816;
/** How far an expected number of elements may be off, as the standard deviation of its logarithm. */
const GUESS = 0.15;

/** How often a plan is to be played. */
export function playsOf(plan: ForecastPlan): number {
  return Math.max(FEWEST_PLAYS, Math.min(MOST_PLAYS, Math.floor(MOST_JOBS / plan.jobs.length)));
}

/** What the plays of a plan tell together, `guessed` of which is only expected; at least two plays. Pure. */
export function forecastOf(plays: readonly number[], guessed: number): Forecast {
  const logs = plays.map((ms) => Math.log(Math.max(1, ms)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  // Few plays know the spread less well.
  const width =
    NINETY * (1 + 0.75 / logs.length) * Math.sqrt((variance + (GUESS * guessed) ** 2) * (1 + 1 / logs.length));
  return { ms: Math.exp(mean), lowMs: Math.exp(mean - width), highMs: Math.exp(mean + width) };
}

/** All at once; the same for the same `uniform`. */
export function forecast(plan: ForecastPlan, uniform: () => number): Forecast {
  return forecastOf(
    Array.from({ length: playsOf(plan) }, () => simulate(plan, uniform)),
    plan.guessed,
  );
}
