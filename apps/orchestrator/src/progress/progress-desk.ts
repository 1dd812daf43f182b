import { type WorkflowId, workflowProgressed } from '@baton/contracts';
import { outgoing, routes } from '@baton/bus';
import { progress, type RunEstimate, withEstimate, type WorkflowRun } from '@baton/engine';
import { saveEstimates } from '@baton/persistence';
import { type Desk } from '../dispatch/desk';
import { type Estimator } from './estimator';
import { Throttle } from './throttle';

export interface ProgressParts {
  readonly desk: Pick<Desk, 'bus' | 'database' | 'epoch' | 'logger'>;
  /** Of one run; 0: with every change. */
  readonly intervalMs: number;
  /** Between transactions: the run is as it is stored. */
  alone<Result>(look: () => Promise<Result>): Promise<Result>;
  readonly estimator: Pick<Estimator, 'learn' | 'estimate'>;
}

/**
 * Tells how far runs are and when they will end: on the bus, and in the database for doors. After a change at once, and
 * then at most once in an interval; the last change is always told. News: what fails is told with the next change.
 */
export class ProgressDesk {
  private readonly throttle: Throttle<WorkflowId, WorkflowRun>;
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly parts: ProgressParts) {
    this.throttle = new Throttle(parts.intervalMs);
  }

  /** Committed. */
  changed(runs: Iterable<WorkflowRun>): void {
    for (const run of runs) this.throttle.add(run.id, run);
    this.go();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.telling;
  }

  private go(): void {
    if (this.stopped) return;
    this.telling ??= this.tellAll().finally(() => (this.telling = undefined));
  }

  private async tellAll(): Promise<void> {
    // Not inside the transaction that has just ended.
    await new Promise(setImmediate);
    for (;;) {
      const { passed, nextAt } = this.throttle.take(performance.now());
      if (passed.length === 0 || this.stopped) return this.tellLater(nextAt);
      const estimates: { id: WorkflowId; estimate: string }[] = [];
      for (const [id, run] of passed) {
        const estimate = await this.tryTo(() => this.tell(run));
        if (estimate) estimates.push({ id, estimate: JSON.stringify(estimate) });
      }
      await this.save(estimates);
    }
  }

  private tellLater(at: number | undefined): void {
    clearTimeout(this.timer);
    if (at === undefined || this.stopped) return;
    this.timer = setTimeout(() => this.go(), Math.max(1, Math.ceil(at - performance.now())));
  }

  private async tell(run: WorkflowRun): Promise<RunEstimate | undefined> {
    const { desk, estimator } = this.parts;
    if (run.state === 'running') await estimator.learn(run);
    const now = desk.database.now();
    const { counted, finish, state } = await this.parts.alone(() =>
      Promise.resolve({
        state: run.state,
        counted: progress(run, now),
        finish: run.state === 'running' ? estimator.estimate(run, now) : undefined,
      }),
    );
    const times = await finish?.();
    const estimate = times && { ...times, current: counted.current };
    const shown = withEstimate(counted, estimate ?? null, now);
    const news = outgoing(workflowProgressed, { workflowId: run.id, state, progress: shown }, { subject: run.id });
    void desk.bus.publish(routes.event('workflow.progress'), news).catch(() => undefined);
    return estimate;
  }

  private save(
    estimates: readonly { readonly id: WorkflowId; readonly estimate: string }[],
  ): Promise<void> | undefined {
    const { database, epoch } = this.parts.desk;
    if (estimates.length === 0) return undefined;
    return this.tryTo(() => saveEstimates(database, epoch, estimates));
  }

  /** News: what fails is made anew after the next change. */
  private async tryTo<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (err) {
      this.parts.desk.logger.warn(
        { event: 'progress.failed', err },
        'progress was not told; it is with the next change',
      );
      return undefined;
    }
  }
}
