import { type WorkflowProgress, type WorkflowState } from '@baton/contracts';

/** How far a run is, for who follows events. It has no place in the feed: the newest one is all that counts. */
export interface ProgressEvent {
  readonly type: 'workflow.progress';
  readonly subject: 'workflow';
  readonly id: string;
  readonly workflowId: string;
  readonly state: WorkflowState;
  readonly progress: WorkflowProgress;
  readonly at: string;
}

export type ReadProgress = (workflowIds: readonly string[]) => Promise<ProgressEvent[]>;

/** Runs that are read at once. */
const PAGE = 500;
/** After a failure, at least. */
const AGAIN_MS = 1000;

/** Tells one follower of the progress of the runs it hears of: soon after the first news, then once in an interval. */
export class ProgressTicker {
  private readonly touched = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private lastAt = -Infinity;
  private reading = false;
  private stopped = false;

  constructor(
    private readonly read: ReadProgress,
    private readonly intervalMs: number,
    private readonly tell: (events: readonly ProgressEvent[]) => void,
  ) {}

  /** Something has happened in these runs. */
  touch(workflowIds: Iterable<string>): void {
    for (const id of workflowIds) this.touched.add(id);
    if (this.touched.size > 0) this.plan(Math.max(0, this.lastAt + this.intervalMs - performance.now()));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private plan(inMs: number): void {
    if (this.stopped || this.reading || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.tick();
    }, inMs);
  }

  private async tick(): Promise<void> {
    const ids = [...this.touched].slice(0, PAGE);
    for (const id of ids) this.touched.delete(id);
    this.lastAt = performance.now();
    this.reading = true;
    let failed = false;
    try {
      const events = await this.read(ids);
      if (!this.stopped) this.tell(events);
    } catch {
      // The follower's feed says what is wrong with the database; the newest progress is read when it is back.
      failed = true;
      for (const id of ids) this.touched.add(id);
    }
    this.reading = false;
    if (this.touched.size > 0) this.plan(failed ? Math.max(AGAIN_MS, this.intervalMs) : this.intervalMs);
  }
}
