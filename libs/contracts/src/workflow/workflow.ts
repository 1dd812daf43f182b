import { type AgentId, type TaskId, type WorkflowId } from '../ids';
import { type JsonObject, type JsonValue } from '../json';
import { type TaskError } from '../task/task-error';
import { type PatternName } from './pattern-documents';
import { type WorkflowDocument } from './workflow-document';

export const workflowStates = ['created', 'running', 'paused', 'completed', 'partial', 'failed', 'canceled'] as const;
export type WorkflowState = (typeof workflowStates)[number];

export const finalWorkflowStates = ['completed', 'partial', 'failed', 'canceled'] as const;
export type FinalWorkflowState = (typeof finalWorkflowStates)[number];

export const stepStates = [
  'pending',
  'ready',
  'scheduled',
  'queued',
  'assigned',
  'running',
  'waiting',
  'completed',
  'failed',
  'canceled',
  'rejected',
  'skipped',
] as const;
export type StepState = (typeof stepStates)[number];

export interface WorkflowProgress {
  /** 0 to 100, never falling: steps weigh the same, one with others inside counts by the share of those that ended. */
  readonly percent: number;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  /** Until the end, as durations so far let expect it; null: not running, or something of it cannot be known. */
  readonly etaSeconds: number | null;
  /** The end comes between these in about eight of ten cases; null as above. */
  readonly etaLowSeconds: number | null;
  readonly etaHighSeconds: number | null;
  /** What runs now, the longest first; at most `currentStepLimit`. */
  readonly current: readonly CurrentStep[];
}

/** Of `WorkflowProgress.current`. */
export const currentStepLimit = 20;

export interface CurrentStep {
  readonly id: string;
  readonly state: StepState;
  /** Null: it is no task. */
  readonly capability: string | null;
  readonly startedAt: string | null;
}

/** What a step does. */
export type StepKind = 'task' | 'wait' | 'workflow' | 'forEach' | PatternName;

/**
 * A step as the API shows it, before what is inside it: `each[0]`, `each[1]` are elements of the forEach step `each` or
 * children of a pattern, `sub/search` is a step of the sub-workflow or pattern `sub`.
 */
export interface WorkflowStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly state: StepState;
  readonly taskId: TaskId | null;
  /** What its task, or those inside it, are to do; null where that is not one thing. */
  readonly capability: string | null;
  readonly needs: readonly string[];
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Who did its task. */
  readonly agent: { readonly id: AgentId; readonly name: string } | null;
  /** Cost units, as agents reported them. */
  readonly cost: number | null;
  readonly output: JsonValue;
  readonly error: TaskError | null;
}

/** A workflow as the API shows it. */
export interface Workflow {
  readonly id: WorkflowId;
  readonly name: string;
  readonly state: WorkflowState;
  readonly definition: WorkflowDocument;
  readonly input: JsonObject;
  readonly output: JsonValue;
  readonly progress: WorkflowProgress;
  readonly steps: readonly WorkflowStep[];
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly error: TaskError | null;
}
