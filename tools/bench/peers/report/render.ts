import { formatNumber, renderTable } from '../../report';
import { type AfterKill, type PeersReport, type RowReport } from './findings';

const metrics = ['bulk', 'bulk cpu', 'singly', 'singly cpu', 'p50', 'p99', 'drain'] as const;
const head = ['', 'bulk, /s', 'CPU µs', 'singly, /s', 'CPU µs', 'p50, ms', 'p99, ms', 'drain, /s', 'of'];

/** The comparison as people read it. */
export function renderPeers({ machine, options, rows, others }: PeersReport): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
    `Baton on Node ${machine.node}, ${versions.join(', ')}`,
    `${options.runs} interleaved run(s)${options.quick ? ', quick: too small to be judged' : ''}; load before: ${formatNumber(machine.loadBefore)}`,
    ...(others > 0.05
      ? [`The machine was shared: other processes took up to ${formatNumber(100 * others)} % of it.`]
      : []),
    '',
    renderTable(head, rows.map(figures)),
    ...killLines(rows),
    '',
    'Settings',
    ...rows.map(({ name, settings }) => `  ${name}: ${settings}`),
    ...rows.flatMap(({ name, errors }) => errors.map((error) => `FAILED ${name}, ${error}`)),
  ].join('\n');
}

function figures(row: RowReport): string[] {
  const backlog = row.backlog === undefined ? '' : formatNumber(row.backlog);
  return [row.name, ...metrics.map((metric) => spread(row, metric)), backlog];
}

/** The median, and the extremes when there is more than one run. */
function spread({ series }: RowReport, metric: string): string {
  const found = series.find((one) => one.metric === metric);
  if (!found) return '–';
  const { median, min, max, values } = found;
  return values.length === 1 || metric.endsWith('cpu')
    ? formatNumber(median)
    : `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`;
}

function killLines(rows: readonly RowReport[]): string[] {
  const killed = rows.flatMap(({ name, afterKill }) => (afterKill ? [[name, ...killCells(afterKill)]] : []));
  if (killed.length === 0) return [];
  const title = 'A worker is killed with kill -9, another one is there, it is started again at once';
  return ['', title, renderTable(['', 'its jobs run again after', 'decided by'], killed, [2])];
}

function killCells({ ms, waitedMs, decidedBy }: AfterKill): string[] {
  if (ms === null) return [`> ${formatNumber(waitedMs / 1000)} s`, decidedBy];
  return [ms < 1000 ? `${formatNumber(ms)} ms` : `${formatNumber(ms / 1000)} s`, decidedBy];
}
