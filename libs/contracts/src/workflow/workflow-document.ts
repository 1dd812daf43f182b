import { type JsonObject, type JsonValue } from '../json';
import { type RetryPolicy, type TaskResources } from '../task/submit';

/** A workflow as its author writes it, in JSON or YAML. `${{ … }}` holds a JSONata expression. */
export interface WorkflowDocument {
  readonly name: string;
  readonly description?: string;
  /** Defaults of the run's input. */
  readonly input?: JsonObject;
  readonly onFailure?: 'fail-fast' | 'continue';
  /** Evaluated when the run ends; default: the outputs of the steps nobody needs. */
  readonly output?: JsonValue;
  readonly steps: readonly StepDocument[];
}

export interface StepDocument {
  readonly id: string;
  readonly capability: string;
  readonly input?: JsonValue;
  /** Steps that must end first; those named in expressions are inferred. */
  readonly needs?: readonly string[];
  /** An expression; the step is skipped when it is false. */
  readonly when?: string;
  /** An expression that gives a list: the step runs once per element, with `item` and `index` in scope. */
  readonly forEach?: string;
  /** At most this many elements at once; default: all. */
  readonly concurrency?: number;
  readonly retry?: Partial<RetryPolicy> & { readonly maxRetries?: number };
  readonly timeoutSeconds?: number;
  readonly priority?: number;
  readonly tags?: readonly string[];
  /** A range of versions of the capability. */
  readonly version?: string;
  readonly resources?: TaskResources;
  /** When true, its failure does not fail the run. */
  readonly optional?: boolean;
  readonly fallback?: readonly string[];
}
