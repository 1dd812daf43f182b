import { type Machine } from './machine';
import { collectCpu, collectSeries, type RunOutcome, type Series } from './series';
import { formatNumber, renderTable } from './table';
import { judge, type Target, targets, type Verdict } from './targets';

/** All runs of one scenario. */
export interface ScenarioRuns {
  readonly name: string;
  readonly about: string;
  /** The series whose median is this scenario's limit: `limit-db four connections`. */
  readonly limit?: string | undefined;
  readonly outcomes: readonly RunOutcome[];
}

interface ReportedSeries extends Series {
  readonly target?: Target;
  readonly verdict?: Verdict;
  readonly limit?: { readonly name: string; readonly median: number; readonly ratio: number };
}

/** Everything a bench found; what `--json` writes. */
export interface Report {
  readonly at: string;
  readonly machine: Machine;
  readonly options: { readonly runs: number; readonly quick: boolean };
  readonly series: readonly ReportedSeries[];
  /** CPU microseconds per task by scenario and process role. */
  readonly cpu: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By scenario: the largest share of the machine that something else took during a run. */
  readonly others: Readonly<Record<string, number>>;
}

export function makeReport(
  head: Pick<Report, 'at' | 'machine' | 'options'>,
  scenarios: readonly ScenarioRuns[],
): Report {
  const measured = scenarios.flatMap(({ name, outcomes }) => collectSeries(name, outcomes));
  const all = measured.flatMap((series) => [series, ...shareOfBatches(series, measured)]);
  const limitOf = new Map(scenarios.map(({ name, limit }) => [name, limit]));
  return {
    ...head,
    series: all.map((series) => annotate(series, limitOf.get(series.scenario), all, head.options.quick)),
    cpu: Object.fromEntries(
      scenarios
        .map(({ name, outcomes }) => [name, collectCpu(outcomes)] as const)
        .filter(([, cpu]) => Object.keys(cpu).length > 0),
    ),
    others: Object.fromEntries(
      scenarios
        .map(({ name, outcomes }) => [name, Math.max(...outcomes.map(({ others = 0 }) => others), 0)] as const)
        .filter(([, share]) => share > 0),
    ),
  };
}

const nameOf = (series: Series): string => `${series.scenario} ${series.metric}`;

/** How a backlog drains, compared with the work that finds none. */
function shareOfBatches(series: Series, all: readonly Series[]): Series[] {
  const batches = all.find((other) => nameOf(other) === 'batches throughput');
  if (series.metric !== 'drain' || !batches) return [];
  const { scenario, values, median, min, max } = series;
  const share = (value: number): number => value / batches.median;
  const figures = { values: values.map(share), median: share(median), min: share(min), max: share(max) };
  return [{ scenario, metric: 'of batches', unit: 'ratio', ...figures }];
}

/** Quick runs are too small to be judged. */
function annotate(series: Series, limit: string | undefined, all: readonly Series[], quick: boolean): ReportedSeries {
  const target = targets[nameOf(series)];
  const bound = series.unit.endsWith('/s') ? all.find((other) => nameOf(other) === limit) : undefined;
  return {
    ...series,
    ...(target && { target }),
    ...(target && !quick && { verdict: judge(series.median, series.unit, target) }),
    ...(bound && { limit: { name: nameOf(bound), median: bound.median, ratio: series.median / bound.median } }),
  };
}

/** The report as people read it. */
export function renderReport(report: Report): string {
  const { machine, series, cpu, others, options } = report;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const facts = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
    [`Node ${machine.node}`, ...versions].join(', '),
    `${options.runs} interleaved run(s)${options.quick ? ', quick: too small to be judged' : ''}; load before: ${formatNumber(machine.loadBefore)}`,
  ];
  const shared = Object.entries(others).filter(([, share]) => share > 0.05);
  const warning = shared.map(([name, share]) => `${name} ${formatNumber(100 * share)} %`).join(', ');
  return [
    ...facts,
    ...(warning ? [`The machine was shared: other processes took up to (${warning}) of it.`] : []),
    '',
    renderTable(
      ['figure', 'median', 'min–max', 'unit', 'of its limit', 'at least', 'aim', 'verdict'],
      series.map(row),
      [3, 7],
    ),
    ...cpuLines(cpu, machine.cores),
  ].join('\n');
}

function row(series: ReportedSeries): string[] {
  const { target, limit } = series;
  return [
    nameOf(series),
    formatNumber(series.median),
    `${formatNumber(series.min)}–${formatNumber(series.max)}`,
    series.unit,
    limit ? limit.ratio.toFixed(2) : '',
    target ? formatNumber(target.least) : '',
    target ? formatNumber(target.aim) : '',
    series.verdict ?? '',
  ];
}

function cpuLines(cpu: Report['cpu'], cores: number): string[] {
  const scenarios = Object.entries(cpu);
  if (scenarios.length === 0) return [];
  const roles = [...new Set(scenarios.flatMap(([, shares]) => Object.keys(shares)))];
  const rows = scenarios.map(([name, shares]) => {
    const total = Object.values(shares).reduce((sum, value) => sum + value, 0);
    const most = (1_000_000 * cores) / total;
    return [name, ...roles.map((role) => formatNumber(shares[role] ?? 0)), formatNumber(total), formatNumber(most)];
  });
  const head = ['scenario', ...roles, 'sum', 'tasks/s at most'];
  return ['', `CPU, µs per task, and the rate that ${cores} cores allow at that price`, renderTable(head, rows)];
}
