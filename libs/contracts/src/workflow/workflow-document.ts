import { type JsonObject, type JsonValue } from '../json';
import {
  type Auction,
  type Consensus,
  type Hierarchical,
  type Parallel,
  type Pipeline,
  type Sequential,
  type StepDocument,
  type Swarm,
} from './pattern-documents';
import { type AnyStep } from './step-document';

/** What the whole tree of a run may use up: its tasks, those they spawn, and those of its sub-workflows. */
export interface Budget {
  readonly tasks?: number;
  /** Levels of spawned tasks. */
  readonly depth?: number;
  /** From the start of the run. */
  readonly seconds?: number;
  /** Cost units, as agents report them. */
  readonly cost?: number;
}

interface WorkflowHead {
  readonly name: string;
  readonly description?: string;
  /** Defaults of the run's input. */
  readonly input?: JsonObject;
  readonly onFailure?: 'fail-fast' | 'continue';
  /** Evaluated when the run ends; default: the outputs of the steps nobody needs. */
  readonly output?: JsonValue;
  /** From its start; then it fails, also while it is paused. */
  readonly deadlineSeconds?: number;
  /** Tasks of the run that may be under way at once; default: any number. */
  readonly concurrency?: number;
  readonly budget?: Budget;
}

/** A workflow as its author writes it, in JSON or YAML. `${{ … }}` holds a JSONata expression. */
export interface WorkflowDocument extends WorkflowHead {
  readonly steps: readonly StepDocument[];
}

/**
 * A workflow that is one pattern: the same as a document with that one step, whose output is that of the run. `input`
 * is what the tasks of the pattern get, where it has tasks of its own; else the defaults of the run's input.
 */
export type PatternWorkflowDocument = Pick<AnyStep, 'timeoutSeconds'> &
  (
    | (WorkflowHead & (Sequential | Parallel | Pipeline))
    | (Omit<WorkflowHead, 'input'> & (Hierarchical | Consensus | Auction | Swarm))
  );
