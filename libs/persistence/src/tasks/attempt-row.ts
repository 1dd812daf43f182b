import { type AgentId, type AttemptToken, type TaskId, type WorkflowId } from '@baton/contracts';

/** An attempt that is out with an agent: all that is needed to decide what follows from its end. */
export interface HeldAttempt {
  readonly id: TaskId;
  readonly capability: string;
  readonly state: 'assigned' | 'running';
  readonly rank: string;
  readonly attempt: number;
  readonly token: AttemptToken;
  readonly agentId: AgentId;
  readonly failures: number;
  readonly losses: number;
  readonly maxRetries: number;
  readonly timeoutMs: number;
  readonly options: string | null;
  readonly deadline: Date | null;
  readonly targetAgentId: AgentId | null;
  readonly attemptDeadline: Date;
  readonly workflowId: WorkflowId | null;
  readonly stepId: string | null;
  readonly traceparent: string | null;
  /** The task that spawned it. */
  readonly parentId: TaskId | null;
  /** How many tasks each batch has that it spawned, by key, as JSON text; null: it has spawned none. */
  readonly batches: string | null;
  /** Cost units of its attempts before this one. */
  readonly cost: number | null;
}

/** The columns of a HeldAttempt, of the table alias `t`. */
export const heldColumns = `t.id, t.capability, t.state, t.rank, t.attempt, t.token, t.agent_id as "agentId", t.failures,
  t.losses, t.max_retries as "maxRetries", t.timeout_ms as "timeoutMs", t.options, t.deadline,
  t.target_agent_id as "targetAgentId", t.attempt_deadline as "attemptDeadline", t.workflow_id as "workflowId",
  t.step_id as "stepId", t.traceparent, t.parent_id as "parentId", t.batches, t.cost`;
