import { type PhaseTimes } from '@baton/contracts';
import { attemptVerdict, type Verdict } from '@baton/engine';
import { type Recorded } from '../results/recorder';

/** What the end of an attempt tells of its agent. */
export interface AttemptOutcome {
  readonly verdict: Verdict;
  /** Milliseconds of work. */
  readonly ms: number;
  /** Why it did not complete; null when it did, or nobody failed. */
  readonly code: string | null;
}

/** `nowMs` on the clock of `sentAt`. */
export function outcomeOf({ held, report }: Pick<Recorded, 'held' | 'report'>, nowMs: number): AttemptOutcome {
  const { end } = report;
  const ms = (report.phases && workMs(report.phases)) ?? nowMs - held.sentAt;
  return { verdict: attemptVerdict(end), ms, code: 'error' in end ? end.error.code : null };
}

/** As the agent measured it; without its word the time it held the attempt has to do. */
function workMs({ executing, validating, completed }: PhaseTimes): number | undefined {
  const end = validating ?? completed;
  if (executing === undefined || end === undefined) return undefined;
  const ms = Date.parse(end) - Date.parse(executing);
  return ms >= 0 ? ms : undefined;
}
