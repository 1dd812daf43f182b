import { type AgentId, type TaskId, type WorkflowId } from '../ids';
import { defineMessage } from '../message';
import { anyJson, list, name, nullable, object, oneOf, record, uuid } from '../schema-parts';
import { finalTaskStates, type FinalTaskState } from '../task/task-state';
import { workflowStates, type WorkflowState } from '../workflow/workflow';

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

/** The answer to a request that could not be served: a problem document (RFC 9457). */
export const requestFailed = defineMessage<Record<string, never>>({
  type: 'io.baton.request.failed.v1',
  summary: 'The request was refused or failed; data is a problem document.',
  schema: record(anyJson),
});
