import { type AgentId, type TaskId, type WorkflowId } from '../ids';
import { defineMessage } from '../message';
import { anyJson, count, dateTime, list, name, nullable, object, oneOf, record, uuid } from '../schema-parts';
import { finalTaskStates, type FinalTaskState } from '../task/task-state';
import { type TaskError } from '../task/task-error';
import {
  currentStepLimit,
  stepStates,
  type StepState,
  type WorkflowProgress,
  workflowStates,
  type WorkflowState,
} from '../workflow/workflow';

/**
 * Door → brain, a hint only: something in the database wants attention. Losing it costs a moment, never a task:
 * the brain also sweeps.
 */
export interface BrainHint {
  readonly queued?: readonly QueuedHint[];
  readonly canceled?: readonly TaskId[];
  readonly workflows?: readonly WorkflowId[];
}
export interface QueuedHint {
  readonly id: TaskId;
  readonly capability: string;
  /** Order among the ready, smaller first; see the engine's `taskRank`. */
  readonly rank: number;
}
export const brainHint = defineMessage<BrainHint>({
  type: 'io.baton.brain.hint.v1',
  summary: 'Look at these tasks and workflows now rather than at the next sweep.',
  schema: object({
    'queued?': list(object({ id: uuid, capability: name, rank: { type: 'number' } })),
    'canceled?': list(uuid),
    'workflows?': list(uuid),
  }),
});

const seconds = nullable({ type: 'number', minimum: 0 });
const currentStep = object({
  id: { type: 'string' },
  state: oneOf(stepStates),
  capability: nullable(name),
  startedAt: nullable(dateTime),
});
const workflowProgressSchema = object({
  percent: { type: 'number', minimum: 0, maximum: 100 },
  total: count,
  completed: count,
  failed: count,
  running: count,
  waiting: count,
  etaSeconds: seconds,
  etaLowSeconds: seconds,
  etaHighSeconds: seconds,
  current: list(currentStep, currentStepLimit),
});

/** Brain → `baton.events`, key `task.<state>.<capability>`: tasks ended. */
export interface TaskEnded {
  readonly taskId: TaskId;
  readonly state: FinalTaskState;
  readonly capability: string;
  readonly attempt: number;
  readonly agentId: AgentId | null;
  readonly workflowId: WorkflowId | null;
}
export const taskEnded = defineMessage<TaskEnded>({
  type: 'io.baton.task.ended.v1',
  summary: 'A task reached its final state.',
  schema: object({
    taskId: uuid,
    state: oneOf(finalTaskStates),
    capability: name,
    attempt: { type: 'integer', minimum: 0 },
    agentId: nullable(uuid),
    workflowId: nullable(uuid),
  }),
});

/** Brain → `baton.events`, key `workflow.<state>`: a workflow changed its state. */
export interface WorkflowChanged {
  readonly workflowId: WorkflowId;
  readonly state: WorkflowState;
}
export const workflowChanged = defineMessage<WorkflowChanged>({
  type: 'io.baton.workflow.changed.v1',
  summary: 'A workflow changed its state.',
  schema: object({ workflowId: uuid, state: oneOf(workflowStates) }),
});

/** Brain → `baton.events`, key `workflow.step.<state>`: a step, element or child changed its state. */
export interface WorkflowStepChanged {
  readonly workflowId: WorkflowId;
  /** `each[3]`, `sub/search`. */
  readonly stepId: string;
  readonly state: StepState;
  readonly taskId: TaskId | null;
  readonly attempts: number;
  readonly error: TaskError | null;
}
export const workflowStepChanged = defineMessage<WorkflowStepChanged>({
  type: 'io.baton.workflow.step.v1',
  summary: 'A step of a workflow changed its state.',
  schema: object({
    workflowId: uuid,
    stepId: { type: 'string' },
    state: oneOf(stepStates),
    taskId: nullable(uuid),
    attempts: count,
    error: nullable(record(anyJson)),
  }),
});

/** Brain → `baton.events`, key `workflow.progress`: how far a workflow is, after a change and not too often. */
export interface WorkflowProgressed {
  readonly workflowId: WorkflowId;
  readonly state: WorkflowState;
  readonly progress: WorkflowProgress;
}
export const workflowProgressed = defineMessage<WorkflowProgressed>({
  type: 'io.baton.workflow.progress.v1',
  summary: 'How far a workflow is, and when it will end.',
  schema: object({ workflowId: uuid, state: oneOf(workflowStates), progress: workflowProgressSchema }),
});

/** The answer to a request that could not be served: a problem document (RFC 9457). */
export const requestFailed = defineMessage<Record<string, never>>({
  type: 'io.baton.request.failed.v1',
  summary: 'The request was refused or failed; data is a problem document.',
  schema: record(anyJson),
});
