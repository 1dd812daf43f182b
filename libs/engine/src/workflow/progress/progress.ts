import { type CurrentStep, type StepState, type WorkflowProgress } from '@baton/contracts';
import { type WorkflowRun } from '../run/workflow-run';
import { currentSteps } from './current-steps';
import { shareDone } from './share-done';

/** When a run will end, as it looked at a time; kept with the run as JSON. Seconds from then. */
export interface RunEstimate {
  /** ISO 8601. */
  readonly at: string;
  readonly etaSeconds: number | null;
  readonly etaLowSeconds: number | null;
  readonly etaHighSeconds: number | null;
  readonly current: readonly CurrentStep[];
}

const ended: readonly StepState[] = ['completed', 'failed', 'rejected', 'canceled', 'skipped'];

/**
 * Counts of units as far as they are known: one with units inside is counted by those. `waiting` is all that has not
 * been started. With what runs now, and the estimate given as it looks at `now`.
 */
export function progress(run: WorkflowRun, now: Date, estimate: RunEstimate | null = null): WorkflowProgress {
  const shown = withEstimate(countedProgress(run), run.state === 'running' ? estimate : null, now);
  return { ...shown, current: run.finishedAt === null ? currentSteps(run) : [] };
}

/** Counts and the estimate of a run that runs, both as they are kept, as they look at `now`. */
export function withEstimate(counted: WorkflowProgress, estimate: RunEstimate | null, now: Date): WorkflowProgress {
  if (estimate === null) return counted;
  const age = (now.getTime() - Date.parse(estimate.at)) / 1000;
  const left = (seconds: number | null): number | null =>
    seconds === null ? null : Math.max(0, Math.ceil((seconds - age) * 10) / 10);
  return {
    ...counted,
    etaSeconds: left(estimate.etaSeconds),
    etaLowSeconds: left(estimate.etaLowSeconds),
    etaHighSeconds: left(estimate.etaHighSeconds),
    current: estimate.current,
  };
}

/** Percent and counts alone; cheap enough for every save. */
export function countedProgress(run: WorkflowRun): WorkflowProgress {
  const of = (state: StepState): number => run.counts[state] ?? 0;
  const total = Object.values(run.counts).reduce((sum, count) => sum + count, 0);
  const finished = ended.reduce((sum, state) => sum + of(state), 0);
  const waiting = of('pending') + of('ready');
  return {
    percent: run.state === 'completed' ? 100 : Math.floor(shareDone(run.root) * 1000) / 10,
    total,
    completed: of('completed'),
    failed: of('failed') + of('rejected'),
    running: total - finished - waiting,
    waiting,
    etaSeconds: null,
    etaLowSeconds: null,
    etaHighSeconds: null,
    current: [],
  };
}
