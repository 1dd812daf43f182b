import { type JsonSchema } from '@baton/contracts';
import { type Bid, type BidRequest } from '../bids/bid';
import { type TaskContext } from './task-context';

/**
 * One thing an agent can do. Subclasses are Nest providers: mark them `@Injectable()` to have dependencies injected.
 * One instance serves all attempts, several at once: keep what belongs to one attempt out of its fields. Long
 * computations belong in a worker thread: while the process computes it sends no heartbeat and hears no cancel.
 */
export abstract class Capability<Input, Output> {
  /** `family.verb`, lower case, for example `research.search`. */
  abstract readonly name: string;
  /** JSON Schema of the input; what does not fit never reaches `execute`. */
  abstract readonly input: JsonSchema;
  /** JSON Schema of the output, checked on the JSON that is sent. */
  abstract readonly output: JsonSchema;
  /** Does the work. Throw TaskFailure to fail as you say; anything else thrown is retried as CAPABILITY_FAILED. */
  abstract execute(input: Input, task: TaskContext): Promise<Output> | Output;
}

/** What a capability may have besides. */
export interface CapabilityExtras<Input, Output> {
  /** Semantic version; default 1.0.0. */
  readonly version?: string;
  readonly description?: string;
  /** Attempts at once in one agent; default: the agent's concurrency. */
  readonly concurrency?: number;
  /**
   * What it would do a task with this input for, when an auction asks; null: not at all. What the bid leaves out is as
   * usual. Without the hook the agent bids from what it knows of itself.
   */
  bid?(input: Input, request: BidRequest): Promise<Bid | null> | Bid | null;
  /** Runs first; what it returns arrives as `task.plan`. */
  reason?(input: Input, task: TaskContext): unknown;
  /** Runs on an output that fits its schema; throw TaskFailure to refuse it. */
  validate?(output: Output, input: Input, task: TaskContext): Promise<void> | void;
}

export type AnyCapability = Capability<unknown, unknown> & CapabilityExtras<unknown, unknown>;
