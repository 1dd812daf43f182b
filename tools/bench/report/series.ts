import { median } from './statistics';

type Unit =
  | 'tasks/s'
  | 'requests/s'
  | 'messages/s'
  | 'deliveries/s'
  | 'ms'
  | 's'
  | 'MB'
  | 'tasks'
  | 'µs'
  | 'ratio'
  | 'times'
  | '%';

/** One figure of one run. `metric` names it within its scenario. */
export interface Reading {
  readonly metric: string;
  readonly unit: Unit;
  readonly value: number;
}

/** What one run of a scenario found. */
export interface RunOutcome {
  readonly readings: readonly Reading[];
  /** CPU microseconds per task by process role. */
  readonly cpu?: Readonly<Record<string, number>>;
  /** The share of the machine (0 to 1) that processes outside the bench took meanwhile. */
  readonly others?: number;
}

/** The same figure over all runs, in their order. */
export interface Series {
  readonly scenario: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly values: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Groups what the runs of a scenario found by metric, in the order of first appearance. */
export function collectSeries(scenario: string, outcomes: readonly RunOutcome[]): Series[] {
  const byMetric = new Map<string, { unit: Unit; values: number[] }>();
  for (const { metric, unit, value } of outcomes.flatMap(({ readings }) => readings)) {
    const series = byMetric.get(metric) ?? { unit, values: [] };
    series.values.push(value);
    byMetric.set(metric, series);
  }
  return [...byMetric].map(([metric, { unit, values }]) => ({
    scenario,
    metric,
    unit,
    values,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
  }));
}

/** The median over the runs of each role's CPU microseconds per task. */
export function collectCpu(outcomes: readonly RunOutcome[]): Record<string, number> {
  const byRole = new Map<string, number[]>();
  for (const [role, value] of outcomes.flatMap(({ cpu = {} }) => Object.entries(cpu))) {
    byRole.set(role, [...(byRole.get(role) ?? []), value]);
  }
  return Object.fromEntries([...byRole].map(([role, values]) => [role, median(values)]));
}
