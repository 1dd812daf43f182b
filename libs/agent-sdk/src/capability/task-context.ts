import { type JsonObject, type TaskId } from '@baton/contracts';
import { type Logger } from '@baton/observability';
import { type Sender } from '@baton/bus';

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
}
