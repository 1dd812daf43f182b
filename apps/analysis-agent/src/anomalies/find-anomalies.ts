import { adjustedSkewnessOf } from '../statistics/describe';
import { byIqr, byMad, byMadOfEachSide, bySeason, byTrend, byZscore, type Expectation } from './expectation';
import { autocorrelations, findSeason } from './seasonality';
import { minus, robustLine } from './trend';

export const anomalyMethods = ['zscore', 'mad', 'iqr', 'seasonal', 'trend'] as const;
export type AnomalyMethod = (typeof anomalyMethods)[number];

export interface AnomalySettings {
  readonly method: AnomalyMethod | 'auto';
  /** 0 to 1: from a score of 6 down to 1; 0.5 is a score of 3.5. */
  readonly sensitivity: number;
  /** Known length of a season, in values. */
  readonly period?: number;
}

export interface FoundAnomaly {
  readonly index: number;
  readonly value: number;
  readonly expected: number;
  /** Distance from the expected value in standard deviations of what is usual; negative: below. */
  readonly score: number;
}

export interface Findings {
  readonly anomalies: readonly FoundAnomaly[];
  readonly method: AnomalyMethod;
  /** `log`: the values are positive and skewed, so they were judged by their ratio, not their difference. */
  readonly scale: 'linear' | 'log';
  readonly period: number | null;
  readonly threshold: number;
}

/** Below this, too little is known to speak of what is usual. */
const fewestValues = 5;
const fewestForTime = 12;
const skewed = 1.5;
const drifting = 0.5;
const lopsided = 0.8;

/** The values that do not fit the others, in order of their index. Never throws on finite values. */
export function findAnomalies(given: readonly number[], settings: AnomalySettings): Findings {
  const threshold = 6 - 5 * settings.sensitivity;
  const choice = choose(Float64Array.from(given), settings);
  const base = { method: choice.method, scale: choice.scale, period: choice.period, threshold };
  if (given.length < fewestValues) return { anomalies: [], ...base };
  const { expected, scores } = choice.expectation;
  const anomalies: FoundAnomaly[] = [];
  for (const [index, value] of given.entries()) {
    const score = scores[index] ?? 0;
    if (Math.abs(score) < threshold) continue;
    const usual = expected[index] ?? value;
    anomalies.push({ index, value, expected: choice.scale === 'log' ? Math.exp(usual) : usual, score });
  }
  return { anomalies, ...base };
}

interface Choice {
  readonly method: AnomalyMethod;
  readonly scale: 'linear' | 'log';
  readonly period: number | null;
  readonly expectation: Expectation;
}

function choose(values: Float64Array, { method, period }: AnomalySettings): Choice {
  const linear = { scale: 'linear', period: null } as const;
  switch (method) {
    case 'zscore':
      return { ...linear, method, expectation: byZscore(values) };
    case 'mad':
      return { ...linear, method, expectation: byMad(values) };
    case 'iqr':
      return { ...linear, method, expectation: byIqr(values) };
    case 'trend':
      return { ...linear, method, expectation: byTrend(values) };
    case 'seasonal':
    case 'auto':
      return seasonal(values, period) ?? (method === 'seasonal' ? trend(values) : withoutSeason(values));
  }
}

function seasonal(values: Float64Array, given?: number): Choice | undefined {
  if (values.length < fewestForTime && given === undefined) return undefined;
  const period = given ?? findSeason(minus(values, robustLine(values)))?.period;
  if (period === undefined) return undefined;
  return { method: 'seasonal', scale: 'linear', period, expectation: bySeason(values, period) };
}

function trend(values: Float64Array): Choice {
  return { method: 'trend', scale: 'linear', period: null, expectation: byTrend(values) };
}

/** Values that follow from the one before are judged by their neighbors, all others as one heap. */
function withoutSeason(values: Float64Array): Choice {
  const heap = isMultiplicative(values) ? values.map((value) => Math.log(value)) : values;
  if (values.length >= fewestForTime && follows(heap)) return trend(values);
  const isLopsided = values.length >= fewestForTime && Math.abs(adjustedSkewnessOf(heap) ?? 0) > lopsided;
  const expectation = isLopsided ? byMadOfEachSide(heap) : byMad(heap);
  return { method: 'mad', scale: heap === values ? 'linear' : 'log', period: null, expectation };
}

function follows(values: Float64Array): boolean {
  const center = byMad(values);
  const clipped = center.scores.map((score) => Math.max(-3, Math.min(3, score)));
  return (autocorrelations(clipped, 1)[1] ?? 0) > drifting;
}

/** Sizes, counts and prices: positive, skewed to the right, and much less so as logarithms. */
function isMultiplicative(values: Float64Array): boolean {
  if (values.length < fewestForTime || values.some((value) => value <= 0)) return false;
  const plain = adjustedSkewnessOf(values) ?? 0;
  const logs = adjustedSkewnessOf(values.map((value) => Math.log(value))) ?? 0;
  return plain > skewed && Math.abs(logs) < plain / 2;
}
