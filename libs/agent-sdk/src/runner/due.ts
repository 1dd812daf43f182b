import { type TaskRun } from './task-run';

/** When attempts say where they stand, in milliseconds. */
export interface ProgressRules {
  /** Shorter attempts say nothing before their result. */
  readonly lastingMs: number;
  /** Least time between two reports of the same phase. */
  readonly everyMs: number;
}
export const defaultProgressRules: ProgressRules = { lastingMs: 200, everyMs: 500 };

export type Due = 'expire' | 'abandon' | 'tell' | 'nothing';

type Times = Pick<TaskRun, 'stage' | 'deadlineMs' | 'graceEndsAtMs' | 'startedAtMs' | 'news' | 'toldAtMs'> & {
  readonly aborted: unknown;
};

/**
 * What an attempt needs now. D1 past its deadline it expires, running or queued; one that waits for
 * another has none yet. D2 aborted and past its grace time it
 * is given up. D3 one that lasts tells its phase at once and its progress every so often. D4 a reporting one needs nothing.
 */
export function whatIsDue(run: Times, nowMs: number, rules: ProgressRules): Due {
  if (run.stage === 'reporting') return 'nothing';
  if (run.aborted) return nowMs >= run.graceEndsAtMs ? 'abandon' : 'nothing';
  if (nowMs >= run.deadlineMs) return 'expire';
  if (run.stage === 'queued' || run.news === 'none' || nowMs - run.startedAtMs < rules.lastingMs) return 'nothing';
  return run.news === 'phase' || nowMs - run.toldAtMs >= rules.everyMs ? 'tell' : 'nothing';
}
