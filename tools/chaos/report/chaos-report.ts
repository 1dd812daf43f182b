import { type SenderFigures } from '../load/sender';
import { type PlannedFault } from '../schedule/plan-faults';
import { type RecoveryRow } from './recovery';

/** One run, as `--json` writes it. */
export interface ChaosReport {
  readonly seed: number;
  readonly minutes: number;
  readonly reproduce: string;
  readonly passed: boolean;
  readonly faults: readonly string[];
  readonly schedule: readonly PlannedFault[];
  /** Kinds left out, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly load: SenderFigures;
  readonly ends: Readonly<Record<string, number>>;
  readonly settledMs: number;
  /** Deliveries that webhooks took, and how many of these once more. */
  readonly told: { readonly taken: number; readonly again: number };
  readonly recovery: readonly RecoveryRow[];
}

/** The report for a terminal. Pure. */
export function reportLines(report: ChaosReport): string[] {
  const { load, ends, recovery, faults, skipped } = report;
  const counts = Object.entries(ends).map(([state, count]) => `${count} ${state}`);
  return [
    '',
    `${report.schedule.length} faults; ${load.offered} submissions: ${load.accepted} accepted at once, ` +
      `${load.acceptedLater} when sent again, ${load.refused} not; ${counts.join(', ')}`,
    `everything had ended ${report.settledMs} ms after the last fault was healed`,
    `webhooks took ${report.told.taken} deliveries, ${report.told.again} of them once more`,
    ...Object.entries(skipped).map(([kind, why]) => `left out: ${kind}: ${why}`),
    '',
    ...table(recovery),
    '',
    ...faults.map((fault) => `FAULT ${fault}`),
    report.passed ? 'passed: nothing lost, nothing done twice' : `failed with ${faults.length} fault(s)`,
    `again: ${report.reproduce}`,
  ];
}

const headings = ['until work goes on', 'faults', 'samples', 'median ms', 'worst ms', 'target ms', ''];

function table(rows: readonly RecoveryRow[]): string[] {
  const cells = rows.map(({ measure, faults, samples, medianMs, worstMs, targetMs, meets }) => [
    measure,
    String(faults),
    String(samples),
    shown(medianMs),
    shown(worstMs),
    targetMs === null ? '-' : `< ${targetMs}`,
    meets === null ? '' : meets ? 'met' : 'MISSED',
  ]);
  const widths = headings.map((heading, at) => Math.max(heading.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return [headings, ...cells].map((row) => line(row).trimEnd());
}

function shown(ms: number | null): string {
  return ms === null ? '-' : String(Math.round(ms));
}
