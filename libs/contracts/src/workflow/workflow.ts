import { type TaskId, type WorkflowId } from '../ids';
import { type JsonObject, type JsonValue } from '../json';
import { type TaskError } from '../task/task-error';
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
  /** 0 to 100, never falling: steps weigh the same, a forEach step counts by the share of its elements that ended. */
  readonly percent: number;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  readonly etaSeconds: number | null;
}

/** A step as the API shows it. A forEach step has one entry per element besides its own: `each[0]`, `each[1]`. */
export interface WorkflowStep {
  readonly id: string;
  readonly state: StepState;
  readonly taskId: TaskId | null;
  readonly capability: string;
  readonly needs: readonly string[];
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
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
