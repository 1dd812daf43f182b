import { type JsonObject, type PhaseTimes, type TaskAssigned, type TaskId, type TaskPhase } from '@baton/contracts';
import { type Sender } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { type Offer } from '../capability/offer';
import { type TaskContext } from '../capability/task-context';
import { isoTime } from './iso-time';

export type AbortCause = 'canceled' | 'timeout' | 'draining';

/** The reason of `signal`: why the attempt must end. */
export class AttemptAborted extends Error {
  constructor(
    readonly why: AbortCause,
    message: string,
  ) {
    super(message);
    this.name = 'AttemptAborted';
  }
}

/** How long an aborted attempt may take to end by itself, in milliseconds. */
const abortGraceMs: Readonly<Record<AbortCause, number>> = { canceled: 5000, timeout: 5000, draining: 1000 };

const maxMessage = 1000;

/** One attempt from its arrival to its confirmed result; to the capability it is the TaskContext. */
export class TaskRun implements TaskContext {
  readonly phases: { -readonly [Phase in keyof PhaseTimes]: PhaseTimes[Phase] } = {};
  readonly deadlineMs: number;
  phase: TaskPhase = 'assigned';
  stage: 'queued' | 'running' | 'reporting' = 'queued';
  plan: unknown = undefined;
  startedAtMs = 0;
  aborted: AttemptAborted | undefined;
  graceEndsAtMs = Number.POSITIVE_INFINITY;
  percent: number | undefined;
  message: string | undefined;
  /** What of the progress has not been told yet; a new phase is told at once. */
  news: 'none' | 'progress' | 'phase' = 'none';
  toldAtMs = 0;
  private controller: AbortController | undefined;
  private taskLogger: Logger | undefined;

  constructor(
    readonly task: TaskAssigned,
    readonly offer: Offer,
    private readonly agent: { readonly logger: Logger; readonly messages: Sender },
    nowMs: number,
  ) {
    this.deadlineMs = nowMs + task.timeoutMs;
    this.phases.assigned = isoTime(nowMs);
  }

  get taskId(): TaskId {
    return this.task.taskId;
  }

  get attempt(): number {
    return this.task.attempt;
  }

  get capability(): string {
    return this.task.capability;
  }

  get metadata(): JsonObject {
    return this.task.metadata ?? {};
  }

  get messages(): Sender {
    return this.agent.messages;
  }

  // Made when asked for: most short attempts never look.
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.aborted);
    }
    return this.controller.signal;
  }

  get logger(): Logger {
    const { taskId, attempt, capability } = this.task;
    return (this.taskLogger ??= this.agent.logger.child({ taskId, attempt, capability }));
  }

  progress(percent: number, message?: string): void {
    if (this.stage !== 'running' || !Number.isFinite(percent)) return;
    this.percent = Math.min(100, Math.max(0, percent));
    if (message !== undefined) this.message = String(message).slice(0, maxMessage).replaceAll('\0', '');
    if (this.news === 'none') this.news = 'progress';
  }

  enter(phase: TaskPhase, nowMs: number): void {
    this.phase = phase;
    this.phases[phase] = isoTime(nowMs);
    this.news = 'phase';
  }

  /** Tells the capability to end. The first cause counts. */
  abort(why: AbortCause, message: string, nowMs: number): void {
    if (this.aborted) return;
    this.aborted = new AttemptAborted(why, message);
    this.graceEndsAtMs = nowMs + abortGraceMs[why];
    this.controller?.abort(this.aborted);
  }
}
