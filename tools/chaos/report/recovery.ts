import { group, max, median } from 'd3-array';
import { type Measure } from '../faults/fault';

interface Moment {
  readonly measure: Measure;
  readonly at: Date;
}

/** What one fault showed: how long it took, for each task it concerned or for the mesh as a whole. */
export interface Observation {
  readonly measure: Measure;
  readonly ms: readonly number[];
  /** Tasks the victim ended itself after all, or a mesh that dispatched nothing before the run was over. */
  readonly without: number;
}

export interface RecoveryRow {
  readonly measure: Measure;
  readonly faults: number;
  /** Single times: one per task for agents, one per fault for the rest. */
  readonly samples: number;
  readonly medianMs: number | null;
  readonly worstMs: number | null;
  /** For the median; null: shown for information. */
  readonly targetMs: number | null;
  readonly meets: boolean | null;
}

/** Of one agent heartbeat as the suite sets it. */
const HEARTBEAT_MS = 1000;

/** The recovery times Baton promises; for agents they hold for the median of the moved tasks. */
const targets: Readonly<Record<Measure, number | null>> = {
  'agent killed': 300,
  'agent silent': 3 * HEARTBEAT_MS,
  'brain killed': 3000,
  'brain frozen': 10_000,
  'brain cut off from the database': null,
  'brain cut off from the broker': null,
  'broker up again': 2000,
  'database up again': 2000,
  'webhook receiver up again': 5000,
  'webhook beside one that fails': 1000,
};

/** One row for each measure that was taken, in the order of the targets. Pure. */
export function recoveryRows(observations: readonly Observation[]): RecoveryRow[] {
  const byMeasure = group(observations, ({ measure }) => measure);
  return (Object.keys(targets) as Measure[]).flatMap((measure) => {
    const taken = byMeasure.get(measure);
    return taken ? [row(measure, taken)] : [];
  });
}

/** The time from the mark to what happened first; without it that is counted as such. Pure. */
export function firstObservation({ measure, at }: Moment, first: Date | undefined): Observation {
  const ms = first ? [first.getTime() - at.getTime()] : [];
  return { measure, ms, without: first ? 0 : 1 };
}

function row(measure: Measure, taken: readonly Observation[]): RecoveryRow {
  const ms = taken.flatMap((one) => one.ms);
  const [medianMs, worstMs, targetMs] = [median(ms) ?? null, max(ms) ?? null, targets[measure]];
  const meets = targetMs === null || medianMs === null ? null : medianMs < targetMs;
  return { measure, faults: taken.length, samples: ms.length, medianMs, worstMs, targetMs, meets };
}
