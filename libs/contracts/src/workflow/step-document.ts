import { type JsonObject, type JsonValue } from '../json';
import { type RetryPolicy, type TaskResources } from '../task/submit';

/** What every step may say, whatever it does. */
export interface AnyStep {
  /** Given to each step of a list; the stages and members of a pattern may do without. */
  readonly id: string;
  /** Steps that must end first; those named in expressions are inferred. */
  readonly needs?: readonly string[];
  /** An expression; the step is skipped when it is false. */
  readonly when?: string;
  /** An expression that gives a list: the step runs once per element, with `item` and `index` in scope. */
  readonly forEach?: string;
  /** Elements of `forEach` at once; default: all. Of a stage: items at once; default 1. */
  readonly concurrency?: number;
  /** When true, its failure does not fail the run. */
  readonly optional?: boolean;
  /** Of a task: per attempt. Of anything else: from its start to its end. */
  readonly timeoutSeconds?: number;
}

/** How the tasks of a step are run; a pattern hands it to each of its tasks. */
export interface TaskTerms {
  readonly retry?: Partial<RetryPolicy> & { readonly maxRetries?: number };
  readonly priority?: number;
  readonly tags?: readonly string[];
  /** A range of versions of the capability. */
  readonly version?: string;
  readonly resources?: TaskResources;
  readonly fallback?: readonly string[];
  /** Cost units reserved in the budget of the run before the task goes out, until it reports its own. */
  readonly cost?: number;
}

/** One task. */
export interface TaskStep extends AnyStep, TaskTerms {
  readonly capability: string;
  readonly input?: JsonValue;
}

/** A definition stored before runs as a part of this run, with an input and steps of its own. */
export interface SubWorkflowStep extends AnyStep {
  readonly workflow: string;
  /** Default: the newest when the run is created. */
  readonly definitionVersion?: number;
  /** With expressions inside, or one expression that gives an object. */
  readonly input?: JsonObject | string;
}

/** Exactly one of `signal`, `seconds` and `until`. */
export interface Wait {
  /** Goes on when this signal is sent to the run; its payload is the output. */
  readonly signal?: string;
  /** With `signal`: how long it may take to come; the same as `timeoutSeconds` of the step. */
  readonly timeoutSeconds?: number;
  /** With `signal`: what follows when it does not come in time; default fail. */
  readonly onTimeout?: 'fail' | 'continue';
  /** A number, or an expression that gives one. */
  readonly seconds?: number | string;
  /** A time with its zone (ISO 8601), or an expression that gives one. */
  readonly until?: string;
}
export interface WaitStep extends AnyStep {
  readonly wait: Wait;
}
