import {
  finalWorkflowStates,
  type Workflow,
  type WorkflowProgress,
  type WorkflowProgressed,
  workflowProgressed,
  workflowStepChanged,
  type WorkflowStepChanged,
} from '@baton/contracts';
import { type CloudEvent } from '@baton/contracts';
import { StepBook, type WatchedStep } from './step-book';

/** What a watcher is told. What a callback throws or rejects with ends the watch. */
export interface WorkflowCallbacks {
  /** How far it is: after a change and not too often; the end is told too. */
  onProgress?(progress: WorkflowProgress): unknown;
  /** A step, element or child changed its state; states in between may be left out, ends never are. */
  onStep?(step: WatchedStep): unknown;
  /** Once, after all steps. */
  onEnd?(workflow: Workflow): unknown;
}

export interface Watch {
  /** The workflow when it has ended; rejects with what a callback threw, or when the watch is stopped before. */
  readonly ended: Promise<Workflow>;
  stop(): void;
}

/** News may be lost where the brain dies: so often it is read whatever is heard. */
const READ_EVERY_MS = 30_000;
/** After a read that failed. */
const AGAIN_MS = 1000;

/** One run, watched: read first, then heard, and read again whenever news may have been missed. */
export class WorkflowWatch implements Watch {
  readonly ended: Promise<Workflow>;
  private readonly book = new StepBook();
  private end!: { resolve: (workflow: Workflow) => void; reject: (error: unknown) => void };
  private timer: NodeJS.Timeout | undefined;
  private reading = false;
  private wanted = false;
  private over = false;
  private lastProgress = '';

  constructor(
    readonly id: string,
    private readonly read: (id: string) => Promise<Workflow>,
    private readonly callbacks: WorkflowCallbacks,
    private readonly onOver: () => void,
  ) {
    this.ended = new Promise((resolve, reject) => (this.end = { resolve, reject }));
    // Whoever has callbacks need not await it.
    this.ended.catch(() => undefined);
  }

  stop(): void {
    this.finish(() => this.end.reject(new Error(`The watch of workflow ${this.id} was stopped.`)));
  }

  /** News of this run. */
  heard({ type, data }: CloudEvent<unknown>): void {
    if (this.over) return;
    if (type === workflowStepChanged.type) this.step(data as WorkflowStepChanged, (step) => this.book.heard(step));
    else if (type === workflowProgressed.type) this.progressed(data as WorkflowProgressed);
    else this.look();
  }

  /** Reads it, now or after the read that is under way. */
  look(): void {
    this.wanted = true;
    if (!this.reading) void this.readOn();
  }

  private async readOn(): Promise<void> {
    this.reading = true;
    let failed = false;
    while (this.wanted && !this.over && !failed) {
      this.wanted = false;
      try {
        this.took(await this.read(this.id));
      } catch (error) {
        failed = true;
        if (isFinal(error)) this.finish(() => this.end.reject(error));
      }
    }
    this.reading = false;
    clearTimeout(this.timer);
    if (!this.over) this.timer = setTimeout(() => this.look(), failed ? AGAIN_MS : READ_EVERY_MS);
  }

  private took(workflow: Workflow): void {
    for (const { id: stepId, state, taskId, attempts, error } of workflow.steps) {
      this.step({ stepId, state, taskId, attempts, error }, (step) => this.book.read(step));
    }
    this.tellProgress(workflow.progress);
    if (workflow.finishedAt === null) return;
    this.call(() => this.callbacks.onEnd?.(workflow));
    this.finish(() => this.end.resolve(workflow));
  }

  private step({ stepId, state, taskId, attempts, error }: WatchedStep, isNew: (step: WatchedStep) => boolean): void {
    const step = { stepId, state, taskId, attempts, error };
    if (isNew(step)) this.call(() => this.callbacks.onStep?.(step));
  }

  private progressed({ progress, state }: WorkflowProgressed): void {
    if ((finalWorkflowStates as readonly string[]).includes(state)) return this.look();
    this.tellProgress(progress);
  }

  private tellProgress(progress: WorkflowProgress): void {
    const text = JSON.stringify(progress);
    if (text === this.lastProgress) return;
    this.lastProgress = text;
    this.call(() => this.callbacks.onProgress?.(progress));
  }

  private call(callback: () => unknown): void {
    if (this.over) return;
    try {
      Promise.resolve(callback()).catch((error: unknown) => this.finish(() => this.end.reject(error)));
    } catch (error) {
      this.finish(() => this.end.reject(error));
    }
  }

  private finish(settle: () => void): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    settle();
    this.onOver();
  }
}

/** Asking again would be answered the same: it does not exist, or may not be read. */
function isFinal(error: unknown): boolean {
  return (error as { recovery?: unknown } | null)?.recovery === 'reject';
}
