import { type ResultQuality } from '@baton/contracts';
import { mean, sum } from './figures';
import { type RunTask } from './run-task';

interface Share {
  readonly mean: number;
  readonly min: number;
}

/** What agents said of the quality of completed tasks; null: none said it. */
export interface Quality {
  /** How many tasks have any. */
  readonly tasks: number;
  readonly confidence: Share | null;
  readonly coverage: Share | null;
  readonly citations: number | null;
  readonly sources: number | null;
}

/** Null: no agent said anything. */
export function qualityOf(tasks: readonly RunTask[]): Quality | null {
  const told = tasks.flatMap(({ state, quality }) => (state === 'completed' && quality ? quality : []));
  if (told.length === 0) return null;
  const of = (field: keyof ResultQuality): number[] => told.flatMap((quality) => quality[field] ?? []);
  return {
    tasks: told.length,
    confidence: shareOf(of('confidence')),
    coverage: shareOf(of('coverage')),
    citations: totalOf(of('citations')),
    sources: totalOf(of('sources')),
  };
}

function shareOf(values: readonly number[]): Share | null {
  const average = mean(values);
  return average === null ? null : { mean: average, min: Math.min(...values) };
}

function totalOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values);
}
