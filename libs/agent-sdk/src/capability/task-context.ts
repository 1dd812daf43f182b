import { type JsonObject, type ResultQuality, type SpawnedResult, type TaskId } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Sender } from '@baton/bus';
import { type SpawnOptions, type Subtask } from './subtasks';

/** What a capability knows of the attempt it works on. */
export interface TaskContext {
  readonly taskId: TaskId;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly capability: string;
  /** Aborted when the task is canceled, its time is up or the agent must leave; `signal.reason` is an Error. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds at which the attempt times out. */
  readonly deadlineMs: number;
  /** What `reason` returned; undefined without that hook. */
  readonly plan: unknown;
  /** Carries the ids of the task. */
  readonly logger: Logger;
  readonly metadata: JsonObject;
  /** Sends messages to other agents and services, by any pattern. */
  readonly messages: Sender;
  /** Says how far it is, 0 to 100. Cheap: shown at most twice a second, and only of attempts that last. */
  progress(percent: number, message?: string): void;
  /**
   * Has other tasks done and gives what became of them, in order. The first time this ends the attempt, whose slot is
   * free while they run: `await` does not come back and `signal` is aborted. When all have ended the task runs anew from
   * its beginning, perhaps elsewhere, and the same call (the same `key`) returns at once. So what comes before it must be
   * repeatable, and await it at once. 1 to 100 tasks; batches of one task come one after the other.
   */
  spawn(key: string, tasks: readonly Subtask[], options?: SpawnOptions): Promise<readonly SpawnedResult[]>;
  /** Adds to what this attempt has cost, in units the mesh agrees on. */
  cost(units: number): void;
  /** What can be said of the quality of the result; what was said before stays unless it is said anew. */
  quality(quality: ResultQuality): void;
}
