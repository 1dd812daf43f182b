import { type Bus, outgoing, routes } from '@baton/bus';
import { type AgentId, taskProgress, type TaskProgress } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type TaskRun } from './task-run';

const maxBatch = 500;

/** Tells where lasting attempts stand. Not durable: what the broker does not take now is told anew later. */
export class ProgressSender {
  private sending = false;

  constructor(
    private readonly bus: Bus,
    private readonly agentId: AgentId,
    private readonly logger: Logger,
  ) {}

  /** Sends what is new of these, up to 500 at once; skips while the last report is still under way. */
  tell(runs: readonly TaskRun[], nowMs: number): void {
    if (this.sending || runs.length === 0 || !this.bus.connected) return;
    const told = runs.slice(0, maxBatch);
    const messages = told.map((run) => outgoing(taskProgress, this.describe(run)));
    for (const run of told) {
      run.news = 'none';
      run.toldAtMs = nowMs;
    }
    this.sending = true;
    this.bus
      .publish(routes.results, messages)
      .catch((error: unknown) => this.logger.warn({ event: 'progress.lost', err: error }, 'progress was not sent'))
      .finally(() => (this.sending = false));
  }

  private describe(run: TaskRun): TaskProgress {
    const { taskId, attempt, token } = run.task;
    return {
      taskId,
      agentId: this.agentId,
      attempt,
      token,
      phase: run.phase,
      ...(run.percent !== undefined && { percent: run.percent }),
      ...(run.message !== undefined && { message: run.message }),
      phases: run.phases,
    };
  }
}
