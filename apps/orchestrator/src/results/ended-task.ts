import { type AgentId, type FinalTaskState, type TaskError, type TaskId, type WorkflowId } from '@baton/contracts';
import { type Sql } from '@baton/persistence';

/** A task that reached its final state. */
export interface EndedTask {
  readonly taskId: TaskId;
  readonly capability: string;
  readonly state: FinalTaskState;
  readonly attempt: number;
  readonly agentId: AgentId | null;
  /** Who had it last, by name too; null: nobody, or it is not known any more. */
  readonly agent: { readonly id: AgentId; readonly name: string } | null;
  /** Cost units its agents reported, those of the tasks it spawned included; null: none did. */
  readonly cost: number | null;
  /** Tasks it spawned, at all levels. */
  readonly spawned: number;
  /** The task that spawned it. */
  readonly parentId: TaskId | null;
  readonly workflowId: WorkflowId | null;
  /** The unit of the workflow: `report`, `each[3]`; null for tasks that were spawned: they are no step of their own. */
  readonly stepId: string | null;
  /** JSON text. */
  readonly output: string | null;
  readonly error: TaskError | null;
}

/** A step's task whose attempt has ended, and which goes on: in the queue, or after what it spawned. */
export interface ReturnedTask {
  readonly taskId: TaskId;
  readonly workflowId: WorkflowId;
  readonly stepId: string;
}

/** What becomes of tasks of workflows in one transaction. */
export interface TaskNews {
  readonly ended: readonly EndedTask[];
  readonly returned: readonly ReturnedTask[];
}

/** Lets the workflows go on in the same transaction that records the ends of their tasks. */
export interface WorkflowPort {
  /** One transaction that touches workflows at a time: runs are kept in memory between them. */
  alone<Result>(transaction: () => Promise<Result>): Promise<Result>;
  afterTasks(sql: Sql, news: TaskNews): Promise<{ afterCommit(): void }>;
}
