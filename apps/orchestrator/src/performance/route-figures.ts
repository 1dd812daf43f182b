import { addCounts, durationQuantile } from '@baton/engine';
import { type MetricsFigures } from '@baton/persistence';

/** How attempts went over some time, as the API shows it. */
export interface RouteFigures {
  readonly attempts: number;
  readonly completed: number;
  readonly failed: number;
  /** Of those that tell something of the agent; null: none did. */
  readonly successRate: number | null;
  readonly perMinute: number;
  /** Milliseconds; null where nothing completed. Percentiles are within 9 %. */
  readonly runMs: {
    readonly mean: number | null;
    readonly ewma: number | null;
    readonly p50: number | null;
    readonly p95: number | null;
  };
  readonly errors: Readonly<Record<string, number>>;
}
type Raw = Omit<MetricsFigures, 'agentId' | 'agentName' | 'capability'>;

/** Over `seconds` in which the raw figures were counted. */
export function routeFigures(raw: Raw, seconds: number): RouteFigures {
  const { attempts, completed, failed, runMs, ewmaMs, durations, errors } = raw;
  const told = completed + failed;
  return {
    attempts,
    completed,
    failed,
    successRate: told === 0 ? null : completed / told,
    perMinute: rounded((attempts * 60) / seconds) ?? 0,
    runMs: {
      mean: rounded(completed === 0 ? null : runMs / completed),
      ewma: rounded(ewmaMs),
      p50: rounded(durationQuantile(durations, 0.5)),
      p95: rounded(durationQuantile(durations, 0.95)),
    },
    errors,
  };
}

/** All of them together; moving averages of different things have no average. */
export function sumFigures(all: readonly Raw[]): Raw {
  const none: Raw = { attempts: 0, completed: 0, failed: 0, runMs: 0, ewmaMs: null, durations: [], errors: {} };
  return all.reduce(
    (sum, one) => ({
      attempts: sum.attempts + one.attempts,
      completed: sum.completed + one.completed,
      failed: sum.failed + one.failed,
      runMs: sum.runMs + one.runMs,
      ewmaMs: all.length === 1 ? one.ewmaMs : null,
      durations: addCounts(sum.durations, one.durations),
      errors: addErrors(sum.errors, one.errors),
    }),
    none,
  );
}

function addErrors(one: Raw['errors'], other: Raw['errors']): Raw['errors'] {
  const sum = new Map(Object.entries(one));
  for (const [code, count] of Object.entries(other)) sum.set(code, (sum.get(code) ?? 0) + count);
  return Object.fromEntries(sum);
}

/** Three digits after the point: agents measure no finer. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
