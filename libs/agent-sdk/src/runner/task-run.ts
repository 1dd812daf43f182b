import {
  type JsonObject,
  type PhaseTimes,
  type ResultQuality,
  resultQualitySchema,
  type SpawnedResult,
  type TaskAssigned,
  type TaskId,
  type TaskPhase,
} from '@baton/contracts';
import { createValidator, type Sender } from '@baton/bus';
import { type Logger } from '@baton/observability';
import { type Offer } from '../capability/offer';
import { refuseFailures, replay, type SpawnOptions, type Subtask, toSpawnJson } from '../capability/subtasks';
import { type TaskContext } from '../capability/task-context';
import { isoTime } from './iso-time';
import { type SlotUser } from './slots';

export type AbortCause = 'canceled' | 'timeout' | 'draining';

/** The reason of `signal`: why the attempt must end. `waiting`: it has, to wait for what it spawned. */
export class AttemptAborted extends Error {
  constructor(
    readonly why: AbortCause | 'waiting',
    message: string,
  ) {
    super(message);
    this.name = 'AttemptAborted';
  }
}

/** How long an aborted attempt may take to end by itself, in milliseconds. */
const abortGraceMs: Readonly<Record<AbortCause, number>> = { canceled: 5000, timeout: 5000, draining: 1000 };

const maxMessage = 1000;
const qualityFaults = createValidator(resultQualitySchema);

/** One attempt from its arrival to its confirmed result; to the capability it is the TaskContext. */
export class TaskRun implements TaskContext {
  readonly phases: { -readonly [Phase in keyof PhaseTimes]: PhaseTimes[Phase] } = {};
  /** Infinite as long as its time does not run. */
  deadlineMs = Number.POSITIVE_INFINITY;
  phase: TaskPhase = 'assigned';
  stage: 'queued' | 'running' | 'reporting' = 'queued';
  plan: unknown = undefined;
  startedAtMs = 0;
  aborted: (AttemptAborted & { readonly why: AbortCause }) | undefined;
  graceEndsAtMs = Number.POSITIVE_INFINITY;
  percent: number | undefined;
  message: string | undefined;
  /** What of the progress has not been told yet; a new phase is told at once. */
  news: 'none' | 'progress' | 'phase' = 'none';
  toldAtMs = 0;
  /** Cost units of this attempt; undefined: nothing was said. */
  units: number | undefined;
  qualityTold: ResultQuality | undefined;
  /** Set when the attempt begins: ends it to wait for these. */
  onSpawn: (spawnJson: string) => void = () => undefined;
  private controller: AbortController | undefined;
  private taskLogger: Logger | undefined;
  private waiting: AttemptAborted | undefined;

  constructor(
    readonly task: TaskAssigned,
    readonly offer: Offer,
    private readonly agent: { readonly logger: Logger; readonly messages: Sender },
    nowMs: number,
  ) {
    if (task.after === undefined) this.deadlineMs = nowMs + task.timeoutMs;
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

  get slotUser(): SlotUser {
    return { lane: this.capability, limit: this.offer.concurrency };
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
      const over = this.aborted ?? this.waiting;
      if (over) this.controller.abort(over);
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

  async spawn(
    key: string,
    tasks: readonly Subtask[],
    { failFast = false }: SpawnOptions = {},
  ): Promise<readonly SpawnedResult[]> {
    const json = toSpawnJson(key, tasks);
    const { spawned = {} } = this.task;
    const results = Object.hasOwn(spawned, key) ? spawned[key] : undefined;
    if (!results) return this.suspend(key, json);
    replay(key, tasks, results);
    if (failFast) refuseFailures(key, results);
    return results;
  }

  cost(units: number): void {
    if (!(units >= 0 && Number.isFinite(units))) throw new RangeError(`A cost is a number from 0 on, not ${units}.`);
    this.units = (this.units ?? 0) + units;
  }

  quality(quality: ResultQuality): void {
    const all = { ...this.qualityTold, ...quality };
    const [fault] = qualityFaults(all);
    if (fault) throw new RangeError(`The quality cannot be told: ${fault.path} ${fault.message}`);
    this.qualityTold = all;
  }

  /** The attempt is over: what called this never goes on. */
  private suspend(key: string, spawnJson: string): Promise<never> {
    if (this.aborted) throw this.aborted;
    if (this.stage === 'running') {
      this.onSpawn(spawnJson);
      this.waiting = new AttemptAborted('waiting', `The attempt has ended to wait for the batch "${key}".`);
      this.controller?.abort(this.waiting);
    }
    return new Promise(() => undefined);
  }

  /** The time of one that waited for another counts from now, that of all others from their arrival. */
  begin(nowMs: number): void {
    this.stage = 'running';
    this.startedAtMs = nowMs;
    if (this.task.after !== undefined) this.deadlineMs = nowMs + this.task.timeoutMs;
  }

  enter(phase: TaskPhase, nowMs: number): void {
    this.phase = phase;
    this.phases[phase] = isoTime(nowMs);
    this.news = 'phase';
  }

  /** Tells the capability to end. The first cause counts. */
  abort(why: AbortCause, message: string, nowMs: number): void {
    if (this.aborted) return;
    this.aborted = new AttemptAborted(why, message) as NonNullable<typeof this.aborted>;
    this.graceEndsAtMs = nowMs + abortGraceMs[why];
    this.controller?.abort(this.aborted);
  }
}
